package ledger

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/assize/assize/internal/claim"
)

// A blob is as it was written or it is refused, by whoever reads it.
func TestABlobIsReadStrictly(t *testing.T) {
	frames := []frame{
		{kind: PatientSection, packing: packedS2, key: claim.ID{1}, commitment: claim.Digest{2}, ciphertext: []byte("patient")},
		{kind: ProviderSection, key: claim.ID{3}, commitment: claim.Digest{4}, ciphertext: []byte("provider")},
	}
	good := joinBlob(frames)
	if len(good) != cap(good) {
		t.Errorf("a blob of %d bytes takes %d", len(good), cap(good))
	}
	if ids, err := KeyIDs(good); err != nil || !slices.Equal(ids, []claim.ID{{1}, {3}}) {
		t.Fatalf("got %v, %v", ids, err)
	}
	with := func(at int, b byte) []byte {
		changed := slices.Clone(good)
		changed[at] = b
		return changed
	}
	size, headers := 2+headerSize-1, 2+2*headerSize // where the length of the first section ends, and where its bytes begin
	for name, blob := range map[string][]byte{
		"nothing":                       nil,
		"a byte":                        good[:1],
		"no section":                    good[:2],
		"no section announced":          with(1, 0),
		"no section and nothing else":   {sealVersion, 0},
		"another version":               with(0, 2),
		"a section more than there are": with(1, 3),
		"headers cut off":               good[:headers-1],
		"headers alone":                 good[:headers],
		"a byte less":                   good[:len(good)-1],
		"a byte more":                   append(slices.Clone(good), 0),
		"a longer section":              with(size, byte(len(good)-headers+1)),
		"a shorter section":             with(size, 6),
		"two of one kind":               with(2+headerSize, byte(PatientSection)),
		"another packing":               with(3, packedS2+1),
	} {
		if ids, err := KeyIDs(blob); !errors.Is(err, ErrSealed) || ids != nil {
			t.Errorf("%s: got %v, %v", name, ids, err)
		}
	}
}

// What is sealed can be read again: as many sections as a byte counts, each of its own kind, none too large to be unpacked.
func TestSectionsAreRefusedThatCouldNotBeReadAgain(t *testing.T) {
	kinds := func(n int) []Section {
		list := make([]Section, n)
		for i := range list {
			list[i].Kind = SectionKind(i)
		}
		return list
	}
	large := make([]byte, maxSection+1)
	for name, tc := range map[string]struct {
		sections []Section
		ok       bool
	}{
		"one":               {kinds(1), true},
		"none":              {nil, false},
		"as many as count":  {kinds(math.MaxUint8), true},
		"one more":          {kinds(math.MaxUint8 + 1), false},
		"two of one kind":   {append(kinds(2), Section{Kind: 1}), false},
		"the largest":       {[]Section{{Plain: large[:maxSection]}}, true},
		"one byte too many": {[]Section{{Plain: large}}, false},
	} {
		if err := checkSections(tc.sections); (err == nil) != tc.ok || err != nil && claim.KindOf(err) != claim.Invalid {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
