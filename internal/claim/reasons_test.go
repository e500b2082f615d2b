package claim_test

import (
	"testing"

	"github.com/assize/assize/internal/claim"
)

func TestReasonCodesHaveTheFormOfTheirLists(t *testing.T) {
	for _, carc := range []string{"1", "45", "253", "A1", "B7", "B16", "P14", "W1", "Y3"} {
		if !claim.IsCARC(carc) {
			t.Errorf("%q is no CARC", carc)
		}
	}
	for _, text := range []string{"", "0", "050", "50 ", " 50", "5O", "1000", "D", "PR1", "p1", "B 7", "\t50", "５０"} {
		if claim.IsCARC(text) {
			t.Errorf("%q is taken for a CARC", text)
		}
	}
	for _, rarc := range []string{"M47", "MA130", "N640", "N1", "MA04"} {
		if !claim.IsRARC(rarc) {
			t.Errorf("%q is no RARC", rarc)
		}
	}
	for _, text := range []string{"", "M", "MA", "N6400", "640", "n640", "N640 ", "X1"} {
		if claim.IsRARC(text) {
			t.Errorf("%q is taken for a RARC", text)
		}
	}
}
