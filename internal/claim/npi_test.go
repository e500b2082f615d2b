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

// Whatever the check digit: another first digit than 1 or 2, or a sign that is no digit, is no NPI. One of the ten check
// digits would make the sum of each right.
func TestNPIsAreTenDigits(t *testing.T) {
	for _, nine := range []string{"000000000", "300000000", "900000000", "1:0000000", "1/0000000", "10000000:", "10000000/", ":00000000"} {
		for last := range 10 {
			if npi := nine + string(rune('0'+last)); ValidNPI(npi) {
				t.Errorf("%q is taken for an NPI", npi)
			}
		}
	}
	for last, sign := range map[string]rune{"12345678": ':', "10000000": '/'} {
		for digit := range 10 {
			if npi := last + string(rune('0'+digit)) + string(sign); ValidNPI(npi) {
				t.Errorf("%q is taken for an NPI", npi)
			}
		}
	}
	for _, npi := range []string{"1000000004", "2000000002", "1999999992"} {
		if !ValidNPI(npi) {
			t.Errorf("%q is not taken for an NPI", npi)
		}
	}
}
