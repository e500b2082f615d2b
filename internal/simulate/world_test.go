package simulate_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/simulate"
)

func tripled(r simulate.Rates) simulate.Rates {
	v := reflect.ValueOf(&r).Elem()
	for i := range v.NumField() {
		v.Field(i).SetFloat(3 * v.Field(i).Float())
	}
	return r
}

// everyDefect lists the fields of Rates by their JSON names, which are the defects' names.
func everyDefect() []simulate.Defect {
	var names []simulate.Defect
	for _, field := range reflect.VisibleFields(reflect.TypeFor[simulate.Rates]()) {
		names = append(names, simulate.Defect(field.Tag.Get("json")))
	}
	return names
}

func world(t testing.TB, change func(*simulate.Options)) *simulate.World {
	t.Helper()
	o := simulate.Defaults(3)
	if change != nil {
		change(&o)
	}
	w, err := simulate.NewWorld(o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// digest is the hash of everything a world gives: files on record, documents, truth.
func digest(t *testing.T, w *simulate.World) string {
	t.Helper()
	h := sha256.New()
	if err := json.NewEncoder(h).Encode(w); err != nil {
		t.Fatal(err)
	}
	for _, history := range []bool{false, true} {
		_, err := w.Documents(simulate.DocumentOptions{History: history}, func(name string) (io.WriteCloser, error) { return nopCloser{h}, nil },
			func(truth simulate.Truth) error { return json.NewEncoder(h).Encode(truth) })
		if err != nil {
			t.Fatal(err)
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

func TestEqualOptionsGiveEqualBytes(t *testing.T) {
	small := func(o *simulate.Options) { o.Claims, o.HistoryClaims = 2000, 500 }
	w := world(t, small)
	first := digest(t, w)
	if again := digest(t, w); again != first {
		t.Error("walking one world twice gave other bytes")
	}
	if again := digest(t, world(t, small)); again != first {
		t.Error("two worlds of equal options differ")
	}
	if other := digest(t, world(t, func(o *simulate.Options) { small(o); o.Seed++ })); other == first {
		t.Error("another seed gave the same bytes")
	}
}

func TestADefectRateLeavesOtherClaimsAsTheyWere(t *testing.T) {
	claims := func(w *simulate.World) map[int]string {
		texts := map[int]string{}
		for sim := range w.Claims(1) {
			if sim.Truth.Defect == "" {
				b, err := json.Marshal(sim.Claim)
				if err != nil {
					t.Fatal(err)
				}
				texts[sim.Truth.Sequence] = string(b)
			}
		}
		return texts
	}
	quiet := func(o *simulate.Options) { o.Claims, o.Rates = 4000, simulate.Rates{} }
	before := claims(world(t, quiet))
	after := claims(world(t, func(o *simulate.Options) { quiet(o); o.Rates.InvalidDiagnosis = 0.02 }))
	changed := 0
	for at, text := range after {
		if before[at] != text {
			changed++
		}
	}
	// A defect takes another member's day, which moves a later claim now and then; nothing else may move.
	if changed > len(after)/100 {
		t.Errorf("%d of %d good claims changed", changed, len(after))
	}
}

func TestRatesAreKept(t *testing.T) {
	w := world(t, func(o *simulate.Options) { o.Members, o.Claims = 8000, 40_000 })
	got, originals, institutional, lines := map[simulate.Defect]int{}, 0, 0, 0
	for _, p := range w.Payers {
		n := 0
		for sim := range w.Claims(p.ID) {
			n++
			got[sim.Truth.Defect]++
			lines += len(sim.Claim.Lines)
			if sim.Truth.DuplicateOf == "" {
				originals++
			}
			if sim.Claim.Type == claim.Institutional {
				institutional++
			}
		}
		if n != w.Options.Claims/len(w.Payers) {
			t.Errorf("payer %d: %d claims", p.ID, n)
		}
	}
	rates := reflect.ValueOf(w.Options.Rates)
	for i, defect := range everyDefect() {
		want := rates.Field(i).Float() * float64(originals)
		if defect == simulate.ExactDuplicate {
			want *= 1.25 // one to three copies of an original
		}
		if slack := 5*math.Sqrt(want) + 0.25*want; math.Abs(float64(got[defect])-want) > slack {
			t.Errorf("%s: %d claims, want about %.0f", defect, got[defect], want)
		}
	}
	if share := float64(institutional) / 40_000; math.Abs(share-w.Options.Institutional) > 0.02 {
		t.Errorf("%.3f of claims are institutional", share)
	}
	if mean := float64(lines) / 40_000; mean < 3.5 || mean > 4.5 {
		t.Errorf("%.2f lines a claim", mean)
	}
	if good := float64(got[""]) / 40_000; good < 0.85 {
		t.Errorf("only %.3f of claims are good", good)
	}
}

// tuple is what makes a line an exact duplicate (Medicare Claims Processing Manual ch. 1 §120), here without the modifiers
// that would only make it rarer, and with the whole claim's for institutional bills.
func tuples(sim *simulate.SimClaim) []string {
	c := &sim.Claim
	var list []string
	if c.Type == claim.Institutional {
		list = append(list, fmt.Sprint("bill", c.Subscriber.MemberID, c.Patient.First, c.Patient.BirthDate, c.Providers[0].NPI, c.PlaceOfService, c.From, c.Through, c.Charge))
	}
	for i := range c.Lines {
		l := &c.Lines[i]
		list = append(list, fmt.Sprint("line", c.Subscriber.MemberID, c.Patient.First, c.Patient.BirthDate, c.RenderingOf(l).NPI, l.Revenue, l.Procedure, l.From, l.Through, l.PlaceOfService, l.Charge))
	}
	return list
}

func TestOnlyPlantedCopiesAreDuplicates(t *testing.T) {
	w := world(t, func(o *simulate.Options) { o.Members, o.Claims = 2000, 40_000 }) // ten claims a member
	for _, p := range w.Payers {
		seen := map[string]*simulate.Truth{}
		sets := map[int]int{}
		for _, claims := range []bool{true, false} {
			list := w.Claims(p.ID)
			if claims {
				list = w.History(p.ID)
			}
			for sim := range list {
				truth := &sim.Truth
				if truth.DuplicateSet > 0 && !claims {
					sets[truth.DuplicateSet]++
				}
				for i, tuple := range tuples(sim) {
					first := seen[tuple]
					planted := truth.Defect == simulate.ExactDuplicate
					switch {
					case planted && (first == nil || first.DuplicateSet != truth.DuplicateSet || first.PatientControlNumber != truth.DuplicateOf):
						t.Errorf("%s line %d: a planted copy without its original", truth.PatientControlNumber, i)
					case !planted && first != nil:
						t.Errorf("%s line %d equals one of %s", truth.PatientControlNumber, i, first.PatientControlNumber)
					case !planted:
						seen[tuple] = truth
					}
				}
			}
		}
		for set, n := range sets {
			if n < 2 || n > 4 {
				t.Errorf("set %d has %d claims", set, n)
			}
		}
		if len(sets) == 0 {
			t.Error("no duplicates")
		}
	}
}

func TestClaimsComeByDateOfReceiptAndLiveInThePast(t *testing.T) {
	w := world(t, nil)
	for _, p := range w.Payers {
		numbers := map[string]bool{}
		last := claim.Date(0)
		for sim := range w.Claims(p.ID) {
			if sim.Received < last {
				t.Fatalf("%s received before the claim ahead of it", sim.Truth.PatientControlNumber)
			}
			last = sim.Received
			if sim.Claim.Through >= sim.Received {
				t.Errorf("%s received %v for service through %v", sim.Truth.PatientControlNumber, sim.Received, sim.Claim.Through)
			}
			if number := sim.Truth.PatientControlNumber; numbers[number] && number != sim.Truth.DuplicateOf {
				t.Errorf("%s is used twice", number)
			} else {
				numbers[number] = true
			}
		}
	}
}

func TestCleanWorldsHaveNothingWrong(t *testing.T) {
	w := world(t, func(o *simulate.Options) { o.Clean, o.Claims = true, 3000 })
	for _, p := range w.Payers {
		for sim := range w.Claims(p.ID) {
			if tr := sim.Truth; tr.Defect != "" || tr.Scheme != "" || tr.DuplicateSet != 0 || tr.Expect.Outcome != claim.Pay {
				t.Fatalf("%s: %+v", tr.PatientControlNumber, tr)
			}
		}
		if len(p.Schemes) > 0 {
			t.Error("providers run schemes")
		}
	}
}

func TestEveryNPIIsValidAndNobodysElse(t *testing.T) {
	w := world(t, func(o *simulate.Options) { o.Providers = 2000 })
	seen := map[string]bool{}
	for _, p := range w.Payers[0].Providers {
		if seen[p.NPI] {
			t.Fatalf("%s is given twice", p.NPI)
		}
		seen[p.NPI] = true
		if len(p.NPI) != 10 || p.NPI[0] != '2' || !luhn("80840"+p.NPI) {
			t.Errorf("%s is no NPI of the invented range", p.NPI)
		}
	}
}

// luhn adds the digits from the right, every second one doubled, and wants a multiple of ten.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			d = d*2/10 + d*2%10
		}
		sum += d
	}
	return sum%10 == 0
}

func TestFamiliesHaveTheSizesAskedFor(t *testing.T) {
	w := world(t, func(o *simulate.Options) { o.FamilySizes = []int{0, 0, 1} })
	sizes := map[claim.ID]int{}
	ids := map[claim.ID]bool{}
	for _, m := range w.Payers[0].Members {
		sizes[m.Family]++
		if ids[m.ID] || m.ID.Version() != 7 {
			t.Errorf("member id %s", m.ID)
		}
		ids[m.ID] = true
		if m.Relationship == "18" != (m.ID == m.Family) {
			t.Errorf("%s: relationship %s", m.ID, m.Relationship)
		}
	}
	odd := 0
	for _, n := range sizes {
		if n != 3 {
			odd++
		}
	}
	if odd > 1 { // the last family is cut where the members end
		t.Errorf("%d of %d families are not of three", odd, len(sizes))
	}
}

func TestBadOptionsAreRefusedByName(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*simulate.Options)
		want   string
	}{
		"no payers":        {func(o *simulate.Options) { o.Payers = 0 }, "payers"},
		"no dates":         {func(o *simulate.Options) { o.From = 0 }, "from and through"},
		"dates reversed":   {func(o *simulate.Options) { o.Through = o.From.AddDays(-40) }, "from and through"},
		"too many claims":  {func(o *simulate.Options) { o.Claims = 100_000_000 }, "too many claims"},
		"negative claims":  {func(o *simulate.Options) { o.Claims = -1 }, "negative"},
		"few providers":    {func(o *simulate.Options) { o.Providers = 3 }, "providers"},
		"no family sizes":  {func(o *simulate.Options) { o.FamilySizes = nil }, "family sizes"},
		"unknown scheme":   {func(o *simulate.Options) { o.Schemes = []simulate.SchemeOptions{{Scheme: "bribes"}} }, "bribes"},
		"rate over one":    {func(o *simulate.Options) { o.Rates.LateFiling = 1.5 }, "less than 0.9"},
		"negative rate":    {func(o *simulate.Options) { o.Rates.LateFiling = -0.1 }, "0 to 1"},
		"not a number":     {func(o *simulate.Options) { o.Institutional = math.NaN() }, "0 to 1"},
		"too much history": {func(o *simulate.Options) { o.HistoryDays = 10 }, "history"},
	} {
		t.Run(name, func(t *testing.T) {
			o := simulate.Defaults(1)
			test.change(&o)
			_, err := simulate.NewWorld(o)
			if claim.KindOf(err) != claim.Invalid || !strings.Contains(fmt.Sprint(err), test.want) {
				t.Errorf("got %v, want an Invalid about %q", err, test.want)
			}
		})
	}
}

// TestCountsInEveryEnvelopeAreRight counts segments with nothing but the delimiters, as a first look at a file would.
func TestCountsInEveryEnvelopeAreRight(t *testing.T) {
	w := world(t, func(o *simulate.Options) { o.Claims = 3000 })
	documents := memory{}
	files, err := w.Documents(simulate.DocumentOptions{ClaimsPerFile: 400, ClaimsPerTransaction: 150}, documents.open, nil)
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, f := range files {
		counts := map[string]int{}
		inSet, hl := 0, 0
		for _, segment := range bytes.Split(bytes.TrimSuffix(documents[f.Name].Bytes(), []byte("~\n")), []byte("~\n")) {
			e := strings.Split(string(segment), "*")
			counts[e[0]]++
			inSet++
			switch e[0] {
			case "ISA":
				if len(segment) != 105 {
					t.Errorf("%s: ISA of %d bytes", f.Name, len(segment))
				}
			case "ST":
				inSet, hl = 1, 0
			case "HL":
				if hl++; e[1] != fmt.Sprint(hl) {
					t.Errorf("%s: HL01 %s, want %d", f.Name, e[1], hl)
				}
			case "SE":
				if e[1] != fmt.Sprint(inSet) {
					t.Errorf("%s: SE01 %s of %d segments", f.Name, e[1], inSet)
				}
			case "GE":
				if e[1] != fmt.Sprint(counts["ST"]) {
					t.Errorf("%s: GE01 %s of %d sets", f.Name, e[1], counts["ST"])
				}
			}
		}
		if counts["CLM"] != f.Claims || counts["SV1"]+counts["SV2"] != f.Lines || counts["IEA"] != 1 || counts["CLM"] > 400 {
			t.Errorf("%s: counted %v, wrote %+v", f.Name, counts, f.Written)
		}
		total += f.Claims
		if f.Bytes != int64(documents[f.Name].Len()) {
			t.Errorf("%s: %d bytes, said %d", f.Name, documents[f.Name].Len(), f.Bytes)
		}
	}
	if total != 3000 {
		t.Errorf("%d claims in all files", total)
	}
}
