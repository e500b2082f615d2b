package ledger_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
)

// signerLine is what a signer's key file holds.
func signerLine(t testing.TB) (line string, public ledger.HeadKey) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "head.key")
	s, err := ledger.CreateSigner(path, "auditor", bytes.NewReader(bytes.Repeat([]byte{7}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(b)), s.Public()
}

// A public key, a key of other bytes than its hash says, and a line cut short have the form of a signing key: taken for a seed
// they would sign under a key that others have, or that nobody verifies with.
func TestOnlyAWholeSigningKeySigns(t *testing.T) {
	line, public := signerLine(t)
	seed := strings.LastIndexByte(line, '+') + 1
	for name, tc := range map[string]struct {
		text string
		ok   bool
	}{
		"the line":                  {line, true},
		"with its line end":         {line + "\r\n", true},
		"the public key":            {public.String(), false},
		"without its beginning":     {strings.TrimPrefix(line, "PRIVATE+KEY+"), false},
		"the public key as private": {"PRIVATE+KEY+" + public.String(), false},
		"another seed":              {line[:seed+4] + flipped(line[seed+4]) + line[seed+5:], false},
		"another name":              {strings.Replace(line, "auditor", "auditer", 1), false},
		"another hash":              {line[:seed-2] + flipped(line[seed-2]) + line[seed-1:], false},
		"a line end within":         {line[:seed+8] + "\n" + line[seed+8:], false},
		"a second line":             {line + "\n" + line, false},
		"cut short":                 {line[:len(line)-2], false},
		"nothing":                   {"", false},
	} {
		path := filepath.Join(t.TempDir(), "key")
		if err := os.WriteFile(path, []byte(tc.text), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := ledger.LoadSigner(path)
		switch {
		case tc.ok && (err != nil || s.Public().String() != public.String()):
			t.Errorf("%s: got %v, want the key", name, err)
		case !tc.ok && (err == nil || claim.KindOf(err) != claim.Invalid || !strings.Contains(err.Error(), path)):
			t.Errorf("%s: got %v, want Invalid with the file", name, err)
		}
	}
}

func flipped(digit byte) string {
	if digit == 'a' {
		return "b"
	}
	return "a"
}

// Whatever a key file holds: a key that is just what the file says, or an error of kind Invalid that names the file and quotes
// nothing of it.
func FuzzKeyFiles(f *testing.F) {
	line, public := signerLine(f)
	secret := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0xfb, 0xff}, 20))
	for _, seed := range []string{line, line + "\n", public.String(), strings.Repeat("k", 32), strings.Repeat("k", 33), secret, "PRIVATE+KEY+" + secret, "a b+00000000+AA==", strings.Repeat("+", 5000)} {
		f.Add([]byte(seed))
	}
	path := filepath.Join(f.TempDir(), "key")
	f.Fuzz(func(t *testing.T, content []byte) {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		// The whole of what is said, whatever the file holds: so it quotes nothing.
		refused := func(err error, want string) {
			t.Helper()
			if claim.KindOf(err) != claim.Invalid || err.Error() != want {
				t.Fatalf("got %v, want %s", err, want)
			}
		}
		if _, err := ledger.LoadKeyEncryptionKey(path); err != nil {
			refused(err, fmt.Sprintf("key file %s: %d bytes, not 32", path, min(len(content), 4096)))
		} else if len(content) != 32 {
			t.Fatalf("a key of %d bytes", len(content))
		}
		if s, err := ledger.LoadSigner(path); err != nil {
			refused(err, fmt.Sprintf("signing key %s: it does not hold one line PRIVATE+KEY+name+hash+key, whole and unchanged", path))
		} else if h := (ledger.Head{Payer: 1, Chain: ledger.Decisions, Seq: 4}); !opens(s.Public(), s.Sign(h), h) {
			t.Fatal("what the key signed does not open")
		}
		text := string(content)
		if key, err := ledger.ParseHeadKey(text); err == nil && key.String() != strings.TrimSpace(text) {
			t.Fatalf("%q is taken for %s", text, key)
		} else if err != nil && claim.KindOf(err) != claim.Invalid {
			t.Fatal(err)
		}
	})
}

func opens(key ledger.HeadKey, note []byte, want ledger.Head) bool {
	got, err := key.Open(note)
	return err == nil && got == want
}
