package ledger_test

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
)

// tampered is how many random changes are tried of each thing; more with -tampered 10000.
var tampered = flag.Int("tampered", 400, "random byte changes to try")

// changeByte changes a byte, or takes one out, or puts one in.
func changeByte(b []byte, random *rand.Rand) []byte {
	at := random.IntN(len(b))
	switch random.IntN(10) {
	case 0:
		return slices.Delete(bytes.Clone(b), at, at+1)
	case 1:
		return slices.Insert(bytes.Clone(b), at, byte(random.IntN(256)))
	}
	b = bytes.Clone(b)
	b[at] ^= byte(1 + random.IntN(255))
	return b
}

// exported is an export of a chain of eight, with sealed records or without.
func exported(t *testing.T, sealed bool) ([]byte, []ledger.Head) {
	t.Helper()
	records, heads := chainOf(t, 1, 8)
	for i := range records {
		if !sealed {
			records[i].Evidence, records[i].Decision = nil, nil
		}
	}
	return exportOf(t, records).Bytes(), heads
}

// With a checkpoint of the last entry at hand no byte of an export can be changed, taken out or put in unseen.
func TestNoByteOfAnExportCanChange(t *testing.T) {
	for _, sealed := range []bool{true, false} {
		file, heads := exported(t, sealed)
		random := rand.New(rand.NewPCG(17, uint64(len(file))))
		for n := range *tampered {
			changed := changeByte(file, random)
			if bytes.Equal(changed, file) {
				continue
			}
			report, err := ledger.VerifyExport(bytes.NewReader(changed), ledger.NewVerifier(1, ledger.Decisions, heads[7]))
			if err == nil && report.Err() == nil {
				t.Fatalf("change %d of the export (sealed %t) is not seen", n, sealed)
			}
			if err != nil && claim.KindOf(err) != claim.Invalid {
				t.Fatalf("change %d: kind of %v is not Invalid", n, err)
			}
		}
	}
}

// A changed checkpoint file is refused, or says what was signed. What it may lose unseen is its last note, when the change
// makes it one that was never finished: as with a note that somebody cut off, only a copy kept elsewhere shows it.
func TestNoByteOfACheckpointFileSaysWhatWasNotSigned(t *testing.T) {
	signer, err := ledger.NewSigner("auditor", [32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	_, heads := chainOf(t, 1, 4)
	path := t.TempDir() + "/checkpoints"
	for _, h := range heads {
		if err := ledger.AppendCheckpoint(t.Context(), path, signer.Sign(h)); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(18, 4))
	found := map[string]int{}
	for n := range *tampered {
		if err := os.WriteFile(path, changeByte(file, random), 0o600); err != nil {
			t.Fatal(err)
		}
		list, err := ledger.ReadCheckpoints(path, signer.Public())
		switch {
		case err != nil:
			found["refused"]++
		case slices.Equal(list, heads):
			found["says the same"]++ // line ends within base64, bits that it ignores
		case slices.Equal(list, heads[:len(heads)-1]):
			found["last note torn"]++
		default:
			t.Fatalf("change %d: read as %v", n, list)
		}
	}
	t.Log(found)
	if found["refused"] < *tampered/2 {
		t.Errorf("only %d of %d are refused", found["refused"], *tampered)
	}
}

// What somebody does who knows the layout. Every attack is on an export with its sealed records, and is seen; those that
// leave a whole chain behind are seen by the checkpoint alone.
func TestStructuralAttacksOnAnExportAreSeen(t *testing.T) {
	records, heads := chainOf(t, 1, 8)
	other, _ := chainOf(t, 2, 8)
	for name, attack := range map[string]func(list []ledger.Record) []ledger.Record{
		"two entries exchanged": func(list []ledger.Record) []ledger.Record {
			list[2], list[5] = list[5], list[2]
			return list
		},
		"two entries exchanged and linked anew": func(list []ledger.Record) []ledger.Record {
			list[2], list[5] = list[5], list[2]
			relink(t, list, 2)
			return list
		},
		"an entry twice": func(list []ledger.Record) []ledger.Record { return slices.Insert(list, 4, list[3]) },
		"an entry twice and linked anew": func(list []ledger.Record) []ledger.Record {
			list = slices.Insert(list, 4, list[3])
			relink(t, list, 4)
			return list
		},
		"the tail cut":    func(list []ledger.Record) []ledger.Record { return list[:5] },
		"an older export": func(list []ledger.Record) []ledger.Record { return list[:7] },
		"an entry of another payer": func(list []ledger.Record) []ledger.Record {
			list[3] = other[3]
			return list
		},
		"the chain of another payer": func([]ledger.Record) []ledger.Record { return slices.Clone(other) },
		"sealed records of two claims exchanged": func(list []ledger.Record) []ledger.Record {
			list[1].Evidence, list[6].Evidence = list[6].Evidence, list[1].Evidence
			return list
		},
		"evidence and decision exchanged": func(list []ledger.Record) []ledger.Record {
			list[1].Evidence, list[1].Decision = list[1].Decision, list[1].Evidence
			return list
		},
		"a sealed record taken out": func(list []ledger.Record) []ledger.Record {
			list[6].Evidence, list[6].Decision = nil, nil
			return list
		},
		"half a sealed record taken out": func(list []ledger.Record) []ledger.Record {
			list[6].Decision = nil
			return list
		},
	} {
		t.Run(name, func(t *testing.T) {
			v := ledger.NewVerifier(1, ledger.Decisions, heads[2], heads[7])
			for _, r := range attack(slices.Clone(records)) {
				v.Add(r)
			}
			if report := v.Finish(); report.Err() == nil {
				t.Error("it is not seen")
			}
		})
	}
}
