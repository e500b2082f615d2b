package claim

import "testing"

// CMS publishes 1234567893 as its worked example; the number before the check digit is that example's.
func TestNPICheckDigit(t *testing.T) {
	for npi, want := range map[string]bool{
		"1234567893": true, "1245319599": true, "2345678904": false, "1234567890": false, "1234567891": false, "1234567892": false, "1234567894": false,
		"": false, "123456789": false, "12345678930": false,
		"3234567893": false, "123456789X": false, "12345-7893": false, "1234567８": false,
	} {
		if got := ValidNPI(npi); got != want {
			t.Errorf("%q: got %v", npi, got)
		}
	}
	valid := 0
	for last := range 10 {
		if ValidNPI("223456789" + string(rune('0'+last))) {
			valid++
		}
	}
	if valid != 1 {
		t.Errorf("%d check digits hold for one number", valid)
	}
}
