package ledger_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
)

func signer(t *testing.T) *ledger.Signer {
	t.Helper()
	s, err := ledger.NewSigner("auditor", [32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSignedHeadOpensAndNoChangeDoes(t *testing.T) {
	_, heads := chainOf(t, 1, 1)
	heads = append(heads, ledger.Head{Payer: 12, Chain: ledger.Access})
	s := signer(t)
	for _, want := range heads {
		note := s.Sign(want)
		got, err := s.Public().Open(note)
		if err != nil || got != want {
			t.Fatalf("got %+v, %v, want %+v", got, err, want)
		}
		for i := range note {
			changed := append([]byte(nil), note...)
			changed[i] ^= 1
			if h, err := s.Public().Open(changed); err == nil {
				t.Errorf("note with byte %d (%q) changed opens as %+v", i, note[i], h)
			}
		}
	}
}

// TestSignedHeadIsASignedNote guards the text that other tools read (c2sp.org/signed-note).
func TestSignedHeadIsASignedNote(t *testing.T) {
	h := ledger.Head{Payer: 1, Chain: ledger.Decisions, Seq: 42, Time: start}
	got := string(signer(t).Sign(h))
	want := "assize/ledger/payer/1/decisions\n42\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\ntime 1767225600000000\n\n— auditor "
	if !strings.HasPrefix(got, want) || !strings.HasSuffix(got, "\n") {
		t.Errorf("got %q, want it to begin with %q", got, want)
	}
}

func TestHeadKeyTextForm(t *testing.T) {
	key := signer(t).Public()
	again, err := ledger.ParseHeadKey(key.String() + "\n")
	if err != nil || again.String() != key.String() {
		t.Fatalf("got %v, %v", again, err)
	}
	for _, bad := range []string{"", "auditor", "auditor+00000000+" + strings.SplitN(key.String(), "+", 3)[2], "auditor+x+AA==", "other" + key.String()} {
		if _, err := ledger.ParseHeadKey(bad); claim.KindOf(err) != claim.Invalid {
			t.Errorf("%q: got %v, want Invalid", bad, err)
		}
	}
}

func TestSignersAreNamedByOneWord(t *testing.T) {
	for _, name := range []string{"", "an auditor", "a+b", "a\tb", "a\nb", "a\rb"} {
		if _, err := ledger.NewSigner(name, [32]byte{1}); claim.KindOf(err) != claim.Invalid || err == nil {
			t.Errorf("%q: got %v, want Invalid", name, err)
		}
		if _, err := ledger.CreateSigner(filepath.Join(t.TempDir(), "key"), name, &stream{name: "signer"}); claim.KindOf(err) != claim.Invalid || err == nil {
			t.Errorf("creating %q: got %v, want Invalid", name, err)
		}
	}
}

// A key whose hash is right is still refused when it is no Ed25519 key, or not only one.
func TestHeadKeysAreEd25519Keys(t *testing.T) {
	parts := strings.SplitN(signer(t).Public().String(), "+", 3)
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil {
		t.Fatal(err)
	}
	encoded := func(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
	other := slices.Clone(key)
	other[0]++
	for name, text := range map[string]string{
		"another algorithm": encoded(other), "a byte more": encoded(append(slices.Clone(key), 0)), "a byte less": encoded(key[:32]), "something behind it": parts[2] + "!",
	} {
		if _, err := ledger.ParseHeadKey(parts[0] + "+" + parts[1] + "+" + text); claim.KindOf(err) != claim.Invalid || err == nil {
			t.Errorf("%s: got %v, want Invalid", name, err)
		}
	}
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte("PRIVATE+KEY+auditor+"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.LoadSigner(path); claim.KindOf(err) != claim.Invalid || err == nil {
		t.Errorf("a file that holds no key: got %v, want Invalid", err)
	}
}

// The auditor's own key signs another text: it is the auditor's, and no head. Each head has one spelling.
func TestASignedTextThatIsNoHeadIsInvalid(t *testing.T) {
	s := signer(t)
	key := ed25519.NewKeyFromSeed(append([]byte{1}, make([]byte, 31)...))
	signed := func(text string, longer ...byte) []byte {
		sample := strings.Fields(string(s.Sign(ledger.Head{Payer: 1, Chain: ledger.Decisions})))
		signature, err := base64.StdEncoding.DecodeString(sample[len(sample)-1])
		if err != nil {
			t.Fatal(err)
		}
		signature = append(signature[:4:4], ed25519.Sign(key, []byte(text))...)
		return []byte(text + "\n— auditor " + base64.StdEncoding.EncodeToString(append(signature, longer...)) + "\n")
	}
	const leaf = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	good := "assize/ledger/payer/1/decisions\n42\n" + leaf + "\ntime 7\n"
	if h, err := s.Public().Open(signed(good)); err != nil || h.Seq != 42 {
		t.Fatalf("%+v, %v", h, err)
	}
	if _, err := s.Public().Open(signed(good, 0)); claim.KindOf(err) != claim.Forbidden {
		t.Errorf("a signature with a byte more: got %v, want Forbidden", err)
	}
	for name, change := range map[string][2]string{
		"a line more":                {"time 7\n", "time 7\nmore\n"},
		"a line less":                {"42\n", ""},
		"no payer":                   {"payer/1/", "payer//"},
		"a payer out of range":       {"payer/1/", "payer/2147483648/"},
		"a payer with a zero before": {"payer/1/", "payer/01/"},
		"another origin":             {"assize/", "assise/"},
		"a chain that is none":       {"decisions", "decision"},
		"an entry that is none":      {"42", "x"},
		"an entry below nothing":     {"42", "-42"},
		"an entry with a sign":       {"42", "+42"},
		"a hash that is none":        {leaf, "!" + leaf[1:]},
		"a hash a byte short":        {leaf, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="},
		"a time that is none":        {"time 7", "time x"},
		"a time before 1970":         {"time 7", "time -7"},
		"no word before the time":    {"time 7", "7"},
	} {
		if h, err := s.Public().Open(signed(strings.Replace(good, change[0], change[1], 1))); claim.KindOf(err) != claim.Invalid || err == nil {
			t.Errorf("%s: got %+v, %v, want Invalid", name, h, err)
		}
	}
}

func TestSignerKeepsItsKeyToItself(t *testing.T) {
	path := filepath.Join(t.TempDir(), "head.key")
	made, err := ledger.CreateSigner(path, "auditor", &stream{name: "signer"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.CreateSigner(path, "auditor", &stream{name: "signer"}); claim.KindOf(err) != claim.Conflict {
		t.Errorf("creating it again: got %v, want Conflict", err)
	}
	if list, err := os.ReadDir(filepath.Dir(path)); err != nil || len(list) != 1 {
		t.Errorf("the folder holds %v, %v, want the key alone", list, err)
	}
	loaded, err := ledger.LoadSigner(path)
	if err != nil || loaded.Public().String() != made.Public().String() {
		t.Fatalf("got %v, %v", loaded, err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.LoadSigner(path); claim.KindOf(err) != claim.Forbidden {
		t.Errorf("readable by the group: got %v, want Forbidden", err)
	}
	if _, err := ledger.LoadSigner(path + ".not"); claim.KindOf(err) != claim.NotFound {
		t.Errorf("absent: got %v, want NotFound", err)
	}
}

func TestKeyEncryptionKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kek")
	if _, err := ledger.CreateKeyEncryptionKey(path, &stream{name: "kek"}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 || info.Size() != 32 {
		t.Fatalf("got %v, %v, want 32 bytes of mode 0600", info, err)
	}
	if _, err := ledger.LoadKeyEncryptionKey(path); err != nil {
		t.Error(err)
	}
	if err := os.Truncate(path, 31); err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.LoadKeyEncryptionKey(path); claim.KindOf(err) != claim.Invalid {
		t.Errorf("31 bytes: got %v, want Invalid", err)
	}
}

func TestCheckpointFileGrowsAndReadsBack(t *testing.T) {
	_, first := chainOf(t, 1, 3)
	_, second := chainOf(t, 2, 2)
	want := []ledger.Head{first[0], second[1], first[2], first[2]}
	path := filepath.Join(t.TempDir(), "checkpoints")
	s := signer(t)
	if _, err := ledger.ReadCheckpoints(path, s.Public()); claim.KindOf(err) != claim.NotFound {
		t.Errorf("absent: got %v, want NotFound", err)
	}
	for _, h := range want {
		if err := ledger.AppendCheckpoint(t.Context(), path, s.Sign(h)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := ledger.ReadCheckpoints(path, s.Public())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("heads (-want +got):\n%s", diff)
	}
}

// A process may die, and a disk may fill up, at every byte of a note.
func TestTornCheckpointIsPassedOverAndCutOffByTheNext(t *testing.T) {
	_, heads := chainOf(t, 1, 3)
	s := signer(t)
	whole, next := append(s.Sign(heads[0]), '\n'), append(s.Sign(heads[1]), '\n')
	for n := range len(next) + 1 {
		path := filepath.Join(t.TempDir(), "checkpoints")
		if err := os.WriteFile(path, append(slices.Clone(whole), next[:n]...), 0o600); err != nil {
			t.Fatal(err)
		}
		want := heads[:1:1]
		if n >= len(next)-1 { // the signature's line is whole
			want = append(want, heads[1])
		}
		if got, err := ledger.ReadCheckpoints(path, s.Public()); err != nil || !slices.Equal(got, want) {
			t.Fatalf("after %d of %d bytes: got %v, %v, want %v", n, len(next), got, err, want)
		}
		if err := ledger.AppendCheckpoint(t.Context(), path, s.Sign(heads[2])); err != nil {
			t.Fatal(err)
		}
		want = append(want, heads[2])
		if got, err := ledger.ReadCheckpoints(path, s.Public()); err != nil || !slices.Equal(got, want) {
			t.Fatalf("after the note that followed %d of %d bytes: got %v, %v, want %v", n, len(next), got, err, want)
		}
	}
}

func TestCheckpointFileGrowsPastWhatIsReadOfIt(t *testing.T) {
	_, heads := chainOf(t, 1, 1)
	s := signer(t)
	path := filepath.Join(t.TempDir(), "checkpoints")
	const many = 400 // of 200 bytes and more
	if err := os.WriteFile(path, bytes.Repeat(append(s.Sign(heads[0]), '\n'), many), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(s.Sign(heads[0])[:50]); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Close(), ledger.AppendCheckpoint(t.Context(), path, s.Sign(heads[0]))); err != nil {
		t.Fatal(err)
	}
	if got, err := ledger.ReadCheckpoints(path, s.Public()); err != nil || len(got) != many+1 {
		t.Errorf("got %d heads, %v, want %d", len(got), err, many+1)
	}
	if err := os.WriteFile(path, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := ledger.AppendCheckpoint(t.Context(), path, s.Sign(heads[0])); claim.KindOf(err) != claim.Invalid {
		t.Errorf("another file was added to: got %v, want Invalid", err)
	}
}

// A process may stand still between reading a head and adding it, lose the lock that kept others from going on, and wake.
func TestAnOlderHeadIsNotAddedBehindALaterOne(t *testing.T) {
	_, heads := chainOf(t, 1, 3)
	_, others := chainOf(t, 2, 1)
	s := signer(t)
	for _, between := range []int{0, 1, 400} { // notes of another chain, in the end with more than is read of the file at first
		path := filepath.Join(t.TempDir(), "checkpoints")
		file := append(s.Sign(heads[1]), '\n')
		file = append(file, bytes.Repeat(append(s.Sign(others[0]), '\n'), between)...)
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, h := range []ledger.Head{heads[0], heads[2], heads[1]} {
			if err := ledger.AppendCheckpoint(t.Context(), path, s.Sign(h)); err != nil {
				t.Fatal(err)
			}
		}
		got, err := ledger.ReadCheckpoints(path, s.Public())
		got = slices.DeleteFunc(got, func(h ledger.Head) bool { return h.Payer == others[0].Payer })
		if want := []ledger.Head{heads[1], heads[2]}; err != nil || !slices.Equal(got, want) {
			t.Errorf("with %d others between: got %v, %v, want %v", between, got, err, want)
		}
	}
	if err := ledger.AppendCheckpoint(t.Context(), filepath.Join(t.TempDir(), "checkpoints"), []byte("no head\n")); claim.KindOf(err) != claim.Invalid {
		t.Errorf("no head was added: got %v, want Invalid", err)
	}
}

// A folder stands where the file should, or another key signed: each is said, and neither is no checkpoint.
func TestCheckpointsThatCannotBeReadAreNotNone(t *testing.T) {
	folder := t.TempDir()
	_, heads := chainOf(t, 1, 1)
	if err := ledger.AppendCheckpoint(t.Context(), folder, signer(t).Sign(heads[0])); claim.KindOf(err) != claim.Unavailable {
		t.Errorf("adding to a folder: got %v, want Unavailable", err)
	}
	if _, err := ledger.ReadCheckpoints(folder, signer(t).Public()); claim.KindOf(err) != claim.Unavailable {
		t.Errorf("reading a folder: got %v, want Unavailable", err)
	}
	other, err := ledger.NewSigner("auditor", [32]byte{2})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "checkpoints")
	if err := ledger.AppendCheckpoint(t.Context(), path, other.Sign(heads[0])); err != nil {
		t.Fatal(err)
	}
	if got, err := ledger.ReadCheckpoints(path, signer(t).Public()); claim.KindOf(err) != claim.Forbidden || got != nil {
		t.Errorf("signed by another: got %v, %v, want Forbidden", got, err)
	}
}

func TestCheckpointsThatContradictAreRefused(t *testing.T) {
	_, heads := chainOf(t, 1, 3)
	fork, early := heads[2], heads[2]
	fork.Leaf[0] ^= 1
	early.Seq, early.Time = 4, heads[2].Time-1
	s := signer(t)
	for name, list := range map[string][]ledger.Head{
		"going back":        {heads[2], heads[1]},
		"two histories":     {heads[2], fork},
		"time running back": {heads[2], early},
	} {
		var file []byte
		for _, h := range list {
			file = append(append(file, s.Sign(h)...), '\n')
		}
		if _, err := ledger.ParseCheckpoints(file, s.Public()); claim.KindOf(err) != claim.Conflict {
			// The kind of the cause is what callers see through the note's number.
			t.Errorf("%s: got %v", name, err)
		}
	}
	torn := s.Sign(heads[0])
	if _, err := ledger.ParseCheckpoints(torn[:len(torn)-3], s.Public()); claim.KindOf(err) != claim.Invalid {
		t.Errorf("torn note: got %v, want Invalid", err)
	}
}

func FuzzParseCheckpoints(f *testing.F) {
	s, err := ledger.NewSigner("auditor", [32]byte{1})
	if err != nil {
		f.Fatal(err)
	}
	_, heads := chainOf(f, 1, 2)
	f.Add(append(s.Sign(heads[0]), '\n'))
	f.Add([]byte("a\n\nb\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := ledger.ParseCheckpoints(b, s.Public())
		for _, h := range list {
			if h != heads[0] && err == nil {
				t.Errorf("%+v was never signed", h)
			}
		}
	})
}
