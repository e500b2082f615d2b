package ledger_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
)

// What was recorded under version 1 is read, opened and met again for ever. The files of testdata/v1 are never written
// again, and no value in this file changes.

type vectorKey struct{ ID, Secret string }

// sealedVector is a sealed record with the keys of its three subjects.
type sealedVector struct {
	Keys                      []vectorKey
	Entry, Evidence, Decision string
}

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestARecordSealedUnderVersion1Opens(t *testing.T) {
	file, err := os.ReadFile("testdata/v1/sealed.json")
	if err != nil {
		t.Fatal(err)
	}
	var vector sealedVector
	if err := json.Unmarshal(file, &vector); err != nil {
		t.Fatal(err)
	}
	keys := ledger.OpenKeys{}
	for _, k := range vector.Keys {
		key, err := ledger.NewDataKey(claim.ID(unhex(t, k.ID)), unhex(t, k.Secret))
		if err != nil {
			t.Fatal(err)
		}
		keys[key.ID] = key
	}
	e, err := ledger.Decode(unhex(t, vector.Entry))
	if err != nil {
		t.Fatal(err)
	}
	evidence, decision := unhex(t, vector.Evidence), unhex(t, vector.Decision)
	if got := ledger.CiphertextDigest(evidence, decision); got != e.Ciphertext {
		t.Errorf("the blobs hash to %x, the entry commits to %x", got, e.Ciphertext)
	}
	sections, err := sealer(t).OpenEvidence(e, keys, evidence)
	if err != nil {
		t.Fatal(err)
	}
	decided, err := sealer(t).OpenDecision(e, keys, decision)
	if err != nil {
		t.Fatal(err)
	}
	want := map[ledger.SectionKind]int{ledger.PatientSection: 3000, ledger.SubscriberSection: 40, ledger.ProviderSection: 90, ledger.DecisionSection: 300}
	for _, section := range append(sections, decided) {
		if string(section.Plain) != string(text(want[section.Kind])) {
			t.Errorf("section %d holds %q", section.Kind, section.Plain)
		}
	}
	receipt := ledger.Receipt{Entry: unhex(t, vector.Entry), Nonce: decided.Nonce, Decision: decided.Plain}
	if _, err := receipt.Verify(); err != nil {
		t.Errorf("the receipt: %v", err)
	}
}

// sum is SHA-256 of texts and bytes one after the other.
func sum(parts ...[]byte) claim.Digest { return sha256.Sum256(slices.Concat(parts...)) }

func TestDigestsAreHashedAsVersion1SaysIt(t *testing.T) {
	nonce := ledger.Nonce{1, 2, 3}
	a, b := claim.Digest{1}, claim.Digest{2}
	for name, tc := range map[string]struct{ got, want claim.Digest }{
		"a decision":   {ledger.Commit(ledger.DecisionTag, &nonce, []byte("de"), []byte("cided")), sum([]byte("assize decision v1\n"), nonce[:], []byte("decided"))},
		"the evidence": {ledger.Commit(ledger.EvidenceTag, &nonce), sum([]byte("assize evidence v1\n"), nonce[:])},
		"two blobs": {ledger.CiphertextDigest([]byte("evidence"), []byte("decision")),
			sum([]byte("assize ciphertext v1\n"), []byte{0, 0, 0, 0, 0, 0, 0, 8}, []byte("evidencedecision"))},
		"tables": {ledger.TablesDigest([]claim.Digest{b, a, b}), sum([]byte("assize tables v1\n"), a[:], b[:])},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: got %x, want %x", name, tc.got, tc.want)
		}
	}
}

// The note of a head, with its signature, as it lies in checkpoint files that others keep.
func TestANoteIsThatOfVersion1(t *testing.T) {
	s := signer(t)
	h := ledger.Head{Payer: 7, Chain: ledger.Access, Seq: 42, Leaf: claim.Digest{1, 2, 3}, Time: start}
	const want = "assize/ledger/payer/7/access\n42\nAQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\ntime 1767225600000000\n\n" +
		"— auditor yXneDXvpzl05+itolp3+KU4tQuJOadOfz5nvtW9RcX1DOjTJJgsF093/iVV89MuJfU6ZvEmLrA7km+vcqAFd9VflOw4=\n"
	if got := string(s.Sign(h)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := s.Public().String(), "auditor+c979de0d+Ac7MFQfcHd1ylZUcKQiI8JWtuQRNG3PWlubfBl1oO9T8"; got != want {
		t.Errorf("the key is %s, want %s", got, want)
	}
}

// A claim of an earlier year, sent again, meets the fingerprints that it left then.
func TestFingerprintsAreThoseOfVersion1(t *testing.T) {
	repeated := professional()
	repeated.Lines = append(repeated.Lines, repeated.Lines[0], repeated.Lines[0])
	for i := range repeated.Lines {
		repeated.Lines[i].Number, repeated.Lines[i].Modifiers = i+1, []string{"76", "xs"}
	}
	bill := institutional()
	bill.Lines[0].Modifiers = []string{"59", "TC"}
	bill.Lines = append(bill.Lines, bill.Lines[0])
	bill.Lines[2].Number = 3
	nobody := professional()
	nobody.Providers, nobody.From, nobody.Lines[0].From, nobody.Lines[0].Through = nil, 0, 0, 0
	taxed := professional()
	taxed.Providers = []claim.Provider{{Role: claim.Billing, TaxID: "123456789"}}
	var got []string
	for _, c := range []*claim.Claim{professional(), repeated, institutional(), bill, nobody, taxed} {
		for _, f := range fingerprints(t, c) {
			got = append(got, hex.EncodeToString(f.Value[:]))
		}
	}
	want := []string{
		"a488d39f1854157715b05cb649bcb2f9", "cf0d330b662f15224ed506f4a06f8cd4",
		"57d8f482fa42d5bcb9e37055c4ad70d5", "b263662fdccdc91bae04402bbd0ded94",
		"b65aa047bb75dc73577ead4456b1cf93", "36abe4af018df6085fd370a339bc5072",
		"27b35f37a532e5080a1932eb0aa5361f", "97dd0fd67a0a51b54140f076202e1a4e",
		"a6c55c5de3b0a4afefd8e0469fdb2c28", "1fdf0670a58eeb8faa35ed9927b97cbf",
		"42307d536972279323001cabbdc86b97",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fingerprints (-want +got):\n%s", diff)
	}
}

// Who has no record is known by this id for ever, and sealed under its key.
func TestSubjectsAreThoseOfVersion1(t *testing.T) {
	h := ledger.NewSubjectHasher([32]byte{1})
	for kind, want := range map[ledger.SubjectKind]string{
		ledger.UnmatchedSubscriber: "5b49bcd2-699d-88a2-a48d-eeb3e775510b",
		ledger.UnmatchedPatient:    "beb9a08a-5ec1-88f5-95a8-0d603a04611c",
		ledger.ProviderSubject:     "6dfac5dd-7d25-8d03-8a1a-1c2f055ce590",
	} {
		if got := h.Subject(kind, "W123").String(); got != want {
			t.Errorf("%s W123 is %s, want %s", kind, got, want)
		}
	}
}
