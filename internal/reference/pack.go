package reference

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/assize/assize/internal/claim"
)

// magic opens every packed table and names the version of the encoding. Another version is another digest.
const magic = "assize reference 1\n"

const (
	textBytesMax = 64  // longest code, plan or group
	ageMax       = 150 // completed years
	spanBytes    = 8
	minRowBytes  = 9 // no packed row is shorter, so a count of rows is bounded by what is left to read
)

// packer appends the canonical encoding: unsigned varints, dates, and texts with their length before them.
type packer struct{ bytes []byte }

func (p *packer) count(n int64)     { p.bytes = binary.AppendUvarint(p.bytes, uint64(n)) }
func (p *packer) setting(s Setting) { p.count(int64(s.ordinal())) }

// date is four bytes, the highest first, so that rows sorted by their bytes are sorted by date.
func (p *packer) date(d claim.Date) { p.bytes = binary.BigEndian.AppendUint32(p.bytes, uint32(d)) }

func (p *packer) span(s Span) {
	p.date(s.From)
	p.date(s.Through)
}

func (p *packer) text(s string) {
	p.count(int64(len(s)))
	p.bytes = append(p.bytes, s...)
}

func (p *packer) flag(b bool) {
	if b {
		p.bytes = append(p.bytes, 1)
	} else {
		p.bytes = append(p.bytes, 0)
	}
}

// site, like every packed value, is part of the table's digest: a number once given is never given again.
func (p *packer) site(s Site) {
	switch s {
	case Facility:
		p.count(1)
	case NonFacility:
		p.count(2)
	default:
		p.count(0)
	}
}

// demographics packs the least age counted from NewbornAgeMin, which is below 0, because packed numbers are not negative.
func (p *packer) demographics(sex string, ageFrom, ageThrough int) {
	switch sex {
	case "F":
		p.count(1)
	case "M":
		p.count(2)
	default:
		p.count(0)
	}
	p.count(int64(ageFrom - NewbornAgeMin))
	p.count(int64(ageThrough))
}

// head opens every table: what it is, and for which dates of which setting its silence means something.
func (p *packer) head(kind claim.FactKind, assumed bool, list []spoken) {
	p.bytes = append(p.bytes, magic...)
	p.text(string(kind))
	p.flag(assumed)
	p.count(int64(len(list)))
	for _, s := range list {
		p.setting(s.setting)
		p.count(int64(len(s.spans)))
		for _, span := range s.spans {
			p.span(span)
		}
	}
}

// unpacker reads what packer wrote and refuses every other encoding of the same values. After the first fault it
// returns zeros and consumes nothing, so that callers check err once.
type unpacker struct {
	bytes []byte
	at    int
	err   error
}

var errPacked = errors.New("not a packed table")

func (u *unpacker) fail(why string) {
	if u.err == nil {
		u.err = fmt.Errorf("%w: byte %d: %s", errPacked, u.at, why)
	}
}

func (u *unpacker) left() int { return len(u.bytes) - u.at }

// count reads a number in its shortest form only (no trailing zero group), so that one table has one digest.
func (u *unpacker) count() int64 {
	if u.err != nil {
		return 0
	}
	n, size := binary.Uvarint(u.bytes[u.at:])
	if size <= 0 || n > 1<<62 || size > 1 && u.bytes[u.at+size-1] == 0 {
		u.fail("not a number in its shortest form")
		return 0
	}
	u.at += size
	return int64(n)
}

// upTo reads a number that may not exceed most.
func (u *unpacker) upTo(most int64) int {
	n := u.count()
	if n > most {
		u.fail("number out of range")
		return 0
	}
	return int(n)
}

// length reads how many things of at least size bytes follow; more than are left to read is a fault.
func (u *unpacker) length(size int) int { return u.upTo(int64(u.left() / size)) }

func (u *unpacker) text() string {
	n := u.upTo(min(textBytesMax, int64(u.left())))
	if n > u.left() {
		u.fail("text is cut off")
		return ""
	}
	s := string(u.bytes[u.at : u.at+n])
	u.at += n
	return s
}

func (u *unpacker) flag() bool { return u.upTo(1) == 1 }

func (u *unpacker) date() claim.Date {
	if u.err != nil || u.left() < 4 {
		u.fail("a date is cut off")
		return 0
	}
	n := binary.BigEndian.Uint32(u.bytes[u.at:])
	u.at += 4
	d := claim.Date(min(n, uint32(claim.EndOfTime)+1)) // which is no date
	if d.Known() && (d < StartOfTime || claim.DateOf(d.Time()) != d) {
		u.fail("not a date that exists")
	}
	return d
}

func (u *unpacker) span() (from, through claim.Date) { return u.date(), u.date() }

func (u *unpacker) setting() Setting {
	if n := u.upTo(int64(len(settings))); n > 0 {
		return settings[n-1]
	}
	return AnySetting
}

func (u *unpacker) site() Site { return [...]Site{AnySite, Facility, NonFacility}[u.upTo(2)] }

func (u *unpacker) demographics() (sex string, ageFrom, ageThrough int) {
	sex = [...]string{"", "F", "M"}[u.upTo(2)]
	ageFrom = u.upTo(ageMax-NewbornAgeMin) + NewbornAgeMin
	return sex, ageFrom, u.upTo(ageMax)
}

// head reads what follows the kind: whether the dates are assumed, and for which dates the table speaks.
func (u *unpacker) head(bySetting bool) (assumed bool, list []spoken) {
	assumed = u.flag()
	for range u.length(10) {
		s := spoken{setting: u.setting()}
		for range u.length(spanBytes) {
			from, through := u.span()
			s.spans = append(s.spans, Span{from, through})
		}
		list = append(list, s)
	}
	if u.err != nil {
		return assumed, nil
	}
	normal, err := normalSpoken(list, bySetting)
	if err != nil {
		u.fail(err.Error())
	} else if !sameSpoken(normal, list) {
		u.fail("spans are not in canonical order")
	}
	return assumed, normal
}

// end refuses bytes after the last row.
func (u *unpacker) end() error {
	if u.err == nil && u.left() > 0 {
		u.fail("bytes after the last row")
	}
	return u.err
}
