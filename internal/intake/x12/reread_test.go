package x12

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAnyDelimitersReadAgain: whatever delimiters a document uses, a claim of it that is accepted reads the same from
// its slice. Otherwise a batch would be accepted that can never be decided.
func TestAnyDelimitersReadAgain(t *testing.T) {
	claims, reader := 0, NewRereader()
	for _, file := range []string{"professional.x12", "institutional.x12"} {
		base := strings.NewReplacer("\r", "", "~\n", "\x02", "*", "\x03", ":", "\x04").Replace(testdata(t, file))
		for _, element := range []string{"*", "|", "\x1d", "\t", "\n", "\x01"} {
			for _, component := range []string{":", ">", "\x1f", "\t", "\n", "\r", "\x0b", "\x1a"} {
				for _, terminator := range []string{"~", "\n", "\r", "\r\n", "~\r\n", "\x1c", "~\t", "\x1a"} {
					name := fmt.Sprintf("%s with %q %q %q", file, element, component, terminator)
					document := strings.NewReplacer("\x02", terminator, "\x03", element, "\x04", component).Replace(base)
					claims += requireReadsAgain(t, name, document, reader)
				}
			}
		}
	}
	if claims < 500 {
		t.Errorf("only %d claims were accepted", claims)
	}
}

func requireReadsAgain(t *testing.T, name, document string, reader *Rereader) (accepted int) {
	t.Helper()
	report, r := read(t, []byte(document))
	if report.Eligible == 0 {
		return 0
	}
	for _, p := range r.parsed {
		if p.Refused {
			continue
		}
		again, err := reader.Reread(p.Slice)
		if err != nil || again.Refused {
			t.Errorf("%s: claim %d is accepted and not read again: %v", name, p.Ordinal, err)
			continue
		}
		if diff := cmp.Diff(p.Claim, again.Claim); diff != "" {
			t.Errorf("%s: claim %d reads otherwise (-want +got):\n%s", name, p.Ordinal, diff)
		}
		accepted++
	}
	return accepted
}
