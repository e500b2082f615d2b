package scoring

import (
	"bytes"
	"crypto/sha256"
	"iter"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

func patient(n byte) claim.ID { return claim.ID{15: n} }

func visit(npi string, who byte, on claim.Date, procedure string, charge claim.Cents) Observation {
	return Observation{
		NPI: npi, Specialty: "207Q00000X", Patient: patient(who), From: on, Charge: charge,
		Lines: []ObservedLine{{Procedure: procedure, Quantity: claim.One, Charge: charge}},
	}
}

func TestProfileCountsHabits(t *testing.T) {
	second := visit("1", 1, 20250718, "99213", 10000)
	second.Lines[0].Modifiers = []string{"25"}
	second.Lines = append(second.Lines, ObservedLine{Procedure: "97110", Quantity: 3 * claim.One, Charge: 2000})
	denied := visit("1", 3, 20250719, "99215", 30000) // a Saturday
	denied.Denied = true
	list := []Observation{
		visit("1", 1, 20250601, "99214", 15000), // a Sunday
		visit("1", 1, 20250717, "99213", 10000),
		visit("1", 2, 20250717, "99213", 10000), // same day, same lines: a clone of the one before
		second,                                  // 99213 again for patient 1 in July: a repeat
		denied,
		visit("2", 1, 20250801, "80053", 4001), // the newest claim: recent means after 2 July
		visit("", 1, 20250717, "99213", 1),     // nobody billed it
		visit("1", 1, 0, "99213", 1),           // no date
	}
	s := BuildSnapshot(slices.Values(list))
	want := &claim.Profile{
		NPI: "1", Specialty: "207Q00000X", First: 20250601, Last: 20250719, Claims: 5, RecentClaims: 4, Denied: 200_000,
		Lines: 6, Patients: 3, Days: 4, Visits: 5, Charge: 75000, ChargePerClaim: 15000, LinesPerPatient: 2_000_000,
		UnitsPerLine: 1_333_333, TopLevelVisits: 400_000, OverrideModifier: 166_667, MaxLinesADay: 2, Repeats: 166_667,
		Clones: 400_000, Weekend: 400_000,
		// Medians of two are the lower value, here provider 2's.
		PeerChargePerClaim: 4001, PeerLinesPerPatient: 1_000_000, PeerUnitsPerLine: 1_000_000, PeerMaxLinesADay: 1,
		PeerClaims: 1, Peers: 2,
	}
	if diff := cmp.Diff(want, s.Profile("1")); diff != "" {
		t.Errorf("profile (-want +got):\n%s", diff)
	}
	if s.Profile("3") != nil || (*Snapshot)(nil).Profile("1") != nil {
		t.Error("a provider nobody observed has a profile")
	}
}

func TestProvidersWithoutSpecialtyHaveNoPeers(t *testing.T) {
	o := visit("1", 1, 20250717, "99213", 10000)
	o.Specialty = ""
	if p := BuildSnapshot(slices.Values([]Observation{o})).Profile("1"); p.Peers != 0 || p.PeerChargePerClaim != 0 {
		t.Errorf("peers %d with median %v, want none", p.Peers, p.PeerChargePerClaim)
	}
}

// crowd is some thousand observations of a few providers.
func crowd() []Observation {
	random := rand.New(rand.NewPCG(3, 9))
	list := make([]Observation, 3000)
	for i := range list {
		npi := strconv.Itoa(1 + random.IntN(40))
		list[i] = visit(npi, byte(random.IntN(200)), claim.Date(20250101+100*random.IntN(12)+random.IntN(28)), "9921"+strconv.Itoa(1+random.IntN(5)), claim.Cents(random.IntN(50000)))
		list[i].Specialty = []string{"207Q00000X", "208D00000X", ""}[len(npi)%3]
	}
	return list
}

func TestSnapshotDoesNotDependOnOrder(t *testing.T) {
	list := crowd()
	want := BuildSnapshot(slices.Values(list))
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	got := BuildSnapshot(slices.Values(list))
	if got.Digest() != want.Digest() || !bytes.Equal(got.Bytes(), want.Bytes()) {
		t.Error("the same claims in another order gave another snapshot")
	}
}

func TestSnapshotSurvivesStoring(t *testing.T) {
	for name, list := range map[string]iter.Seq[Observation]{"empty": slices.Values([]Observation{}), "crowd": slices.Values(crowd())} {
		t.Run(name, func(t *testing.T) {
			want := BuildSnapshot(list)
			got, err := ParseSnapshot(want.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			if want.Digest() != sha256.Sum256(want.Bytes()) || len(want.Profiles()) != len(want.byNPI) {
				t.Errorf("digest %x of %d profiles: want the SHA-256 of the bytes, and all %d", want.Digest(), len(want.Profiles()), len(want.byNPI))
			}
			if diff := cmp.Diff(want.Profiles(), got.Profiles()); diff != "" || got.Digest() != want.Digest() {
				t.Errorf("read back with digest %x, want %x:\n%s", got.Digest(), want.Digest(), diff)
			}
		})
	}
}

func TestSnapshotRefusesOtherBytes(t *testing.T) {
	good := BuildSnapshot(slices.Values([]Observation{visit("1", 1, 20250717, "99213", 5), visit("2", 1, 20250717, "99213", 5)})).Bytes()
	for name, blob := range map[string][]byte{
		"empty":           nil,
		"not JSON":        []byte("profiles"),
		"another version": bytes.Replace(good, []byte(`"snapshotVersion":1`), []byte(`"snapshotVersion":2`), 1),
		"unknown field":   bytes.Replace(good, []byte(`"npi"`), []byte(`"fax":1,"npi"`), 1),
		"missing field":   bytes.Replace(good, []byte(`"lines":1,`), nil, 1),
		"spaces":          append([]byte(" "), good...),
		"twice the NPI":   bytes.Replace(good, []byte(`"npi":"2"`), []byte(`"npi":"1"`), 1),
		"cut off":         good[:len(good)-3],
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ParseSnapshot(blob); claim.KindOf(err) != claim.Invalid || err == nil {
				t.Errorf("got %v, want claim.Invalid", err)
			}
		})
	}
}

func FuzzParseSnapshot(f *testing.F) {
	f.Add(BuildSnapshot(slices.Values(crowd()[:20])).Bytes())
	f.Fuzz(func(t *testing.T, blob []byte) {
		s, err := ParseSnapshot(blob)
		if err == nil && !bytes.Equal(s.Bytes(), blob) {
			t.Error("a snapshot was read whose bytes are not its own")
		}
	})
}

func BenchmarkBuildSnapshot(b *testing.B) {
	list := crowd()
	b.ReportAllocs()
	for b.Loop() {
		BuildSnapshot(slices.Values(list))
	}
}
