package simulate

import (
	"github.com/assize/assize/internal/claim"
)

// Options says what to simulate. Start from Defaults and change what matters: a zero rate means none.
type Options struct {
	Seed      uint64     `json:"seed"`
	Payers    int        `json:"payers"`    // payer ids run from 1
	Members   int        `json:"members"`   // of each payer
	Providers int        `json:"providers"` // billing providers, shared by the payers; each has one or more practitioners
	Claims    int        `json:"claims"`    // of all payers together, duplicates included
	From      claim.Date `json:"from"`      // first service date
	Through   claim.Date `json:"through"`   // last service date

	// HistoryClaims are sent in the HistoryDays before From, by World.History: an earlier period, so that profiles and
	// paid lines exist when Claims begin.
	HistoryClaims int `json:"historyClaims"`
	HistoryDays   int `json:"historyDays"`

	FamilySizes   []int   `json:"familySizes"`   // weights of families of 1, 2, 3… members
	Institutional float64 `json:"institutional"` // share of claims that are institutional
	Inpatient     float64 `json:"inpatient"`     // share of the institutional claims that are stays

	Clean   bool            `json:"clean"` // no defect, duplicate or scheme, whatever Rates and Schemes say
	Rates   Rates           `json:"rates"`
	Schemes []SchemeOptions `json:"schemes"`
}

// Rates are the shares of original claims that get each defect; a claim has one defect at most. The comment names the
// adjustment reason (CARC) that the payer should answer with.
type Rates struct {
	ExactDuplicate        float64 `json:"exactDuplicate"`        // original sent again 1 to 3 times: 18
	SuspectDuplicate      float64 `json:"suspectDuplicate"`      // sent again with another charge, place or practitioner
	UnknownMember         float64 `json:"unknownMember"`         // 31
	BeforeCoverage        float64 `json:"beforeCoverage"`        // 26
	AfterCoverage         float64 `json:"afterCoverage"`         // 27
	AfterDeath            float64 `json:"afterDeath"`            // 13
	LateFiling            float64 `json:"lateFiling"`            // 29
	InvalidNPI            float64 `json:"invalidNpi"`            // 207
	ExcludedProvider      float64 `json:"excludedProvider"`      // 185 (it is the one who rendered); 42 CFR 1001.1901
	InvalidDiagnosis      float64 `json:"invalidDiagnosis"`      // 146 unknown or expired; 16 not at the highest specificity
	InvalidProcedure      float64 `json:"invalidProcedure"`      // 181: unknown or expired
	InvalidPointer        float64 `json:"invalidPointer"`        // 16: a line points past the list of diagnoses
	MissingAuthorization  float64 `json:"missingAuthorization"`  // 197
	ExceededAuthorization float64 `json:"exceededAuthorization"` // 198
	Bundled               float64 `json:"bundled"`               // 236: an NCCI pair without a modifier that allows it
	ExcessUnits           float64 `json:"excessUnits"`           // 151: over the medically unlikely edit
	AgeConflict           float64 `json:"ageConflict"`           // 6
	SexConflict           float64 `json:"sexConflict"`           // 7
	NotCovered            float64 `json:"notCovered"`            // 96
	LimitReached          float64 `json:"limitReached"`          // 119: a second yearly examination
	UnknownReference      float64 `json:"unknownReference"`      // 16: frequency 7 or 8 naming a claim nobody has
	Secondary             float64 `json:"secondary"`             // another payer paid first: pends
	Unpriced              float64 `json:"unpriced"`              // no fee on file, by a plan that pays by fee schedule: pends
}

// Scheme names a way of billing for what was not done, or not so.
type Scheme string

// Schemes.
const (
	Upcoding      Scheme = "upcoding"      // visits billed at a higher level than given
	Unbundling    Scheme = "unbundling"    // components billed beside their whole, with a modifier that lets them through
	Phantom       Scheme = "phantom"       // services to patients who never came, from far away
	ImpossibleDay Scheme = "impossibleDay" // more hours on one day than the day has
	Cloned        Scheme = "cloned"        // one and the same claim for patient after patient
	MaximumUnits  Scheme = "maximumUnits"  // units always exactly at the limit
	OutOfPattern  Scheme = "outOfPattern"  // weekend dates and services foreign to the specialty
)

// SchemeOptions sets one scheme's reach. Held-out parameters are other values of the same fields.
type SchemeOptions struct {
	Scheme    Scheme  `json:"scheme"`
	Providers float64 `json:"providers"` // share of the billing providers able to run it that do
	Share     float64 `json:"share"`     // share of such a provider's claims that follow it
	Intensity float64 `json:"intensity"` // 0 to 1: how far a claim departs from an honest one
	Volume    float64 `json:"volume"`    // times the claims an honest provider of that size would send; 0 counts as 1
}

// Defaults returns the options that the demonstration uses: 10,000 claims of one quarter for two payers.
func Defaults(seed uint64) Options {
	return Options{
		Seed: seed, Payers: 2, Members: 4000, Providers: 200, Claims: 10_000, From: 20250701, Through: 20250930,
		HistoryClaims: 10_000, HistoryDays: 180,
		FamilySizes: []int{34, 27, 15, 15, 9}, Institutional: 0.2, Inpatient: 0.15,
		Rates: DefaultRates(), Schemes: DefaultSchemes(),
	}
}

// DefaultRates returns the defect rates of the demonstration.
func DefaultRates() Rates {
	return Rates{
		ExactDuplicate: 0.015, SuspectDuplicate: 0.004, UnknownMember: 0.004, BeforeCoverage: 0.003, AfterCoverage: 0.005,
		AfterDeath: 0.001, LateFiling: 0.004, InvalidNPI: 0.002, ExcludedProvider: 0.002, InvalidDiagnosis: 0.006,
		InvalidProcedure: 0.004, InvalidPointer: 0.001, MissingAuthorization: 0.006, ExceededAuthorization: 0.002,
		Bundled: 0.008, ExcessUnits: 0.006, AgeConflict: 0.001, SexConflict: 0.001, NotCovered: 0.004, LimitReached: 0.002,
		UnknownReference: 0.002, Secondary: 0.004, Unpriced: 0.002,
	}
}

// DefaultSchemes returns every scheme at moderate strength.
func DefaultSchemes() []SchemeOptions {
	return []SchemeOptions{
		{Scheme: Upcoding, Providers: 0.02, Share: 0.7, Intensity: 0.8, Volume: 1},
		{Scheme: Unbundling, Providers: 0.015, Share: 0.6, Intensity: 0.7, Volume: 1},
		{Scheme: Phantom, Providers: 0.01, Share: 0.6, Intensity: 0.7, Volume: 1.5},
		{Scheme: ImpossibleDay, Providers: 0.01, Share: 0.7, Intensity: 0.7, Volume: 1.5},
		{Scheme: Cloned, Providers: 0.01, Share: 0.7, Intensity: 0.8, Volume: 1.2},
		{Scheme: MaximumUnits, Providers: 0.015, Share: 0.7, Intensity: 0.8, Volume: 1},
		{Scheme: OutOfPattern, Providers: 0.01, Share: 0.5, Intensity: 0.8, Volume: 1},
	}
}

// Validate finds options that contradict each other. The error is of kind claim.Invalid.
func (o Options) Validate() error {
	days := 0
	if o.From.Known() && o.Through.Known() {
		days = o.From.DaysUntil(o.Through) + 1
	}
	weights := 0
	for _, weight := range o.FamilySizes {
		if weights += weight; weight < 0 || weight > 1_000_000 {
			return claim.Errorf(claim.Invalid, "simulation options: weights of family sizes must be 0 to 1,000,000")
		}
	}
	for _, check := range []struct {
		good bool
		text string
	}{
		{o.Payers >= 1 && o.Payers <= 99, "payers must be 1 to 99"},
		{days >= 28 && days <= 366, "from and through must be 28 to 366 days apart"},
		{o.Providers >= 2*specialtyCount && o.Providers <= 100_000, "providers must be 34 to 100,000"},
		{o.Members >= 200 && o.Members <= 10_000_000, "members must be 200 to 10,000,000 a payer"},
		{o.Claims >= 0 && o.HistoryClaims >= 0, "claims may not be negative"},
		// One member has one claim a day at most: that is how honest claims never look like duplicates.
		{crowded(o.Claims, o.Payers, o.Members, days), "too many claims: at most one for four member days"},
		{o.HistoryClaims == 0 || o.HistoryDays >= 28, "history needs 28 days at least"},
		{o.HistoryDays >= 0 && o.HistoryDays <= 300, "history may not be longer than 300 days"},
		{crowded(o.HistoryClaims, o.Payers, o.Members, o.HistoryDays), "too many history claims: at most one for four member days"},
		{weights > 0 && len(o.FamilySizes) <= 8, "family sizes need a positive weight and may go up to 8"},
		{o.Rates.sum() < 0.9, "defect rates must add up to less than 0.9"},
	} {
		if !check.good {
			return claim.Errorf(claim.Invalid, "simulation options: %s", check.text)
		}
	}
	return o.validateShares()
}

func crowded(claims, payers, members, days int) bool { return claims/max(payers, 1)*4 <= members*days }

// validateShares checks what must lie between 0 and 1, and scheme names.
func (o Options) validateShares() error {
	known := map[Scheme]bool{Upcoding: true, Unbundling: true, Phantom: true, ImpossibleDay: true, Cloned: true, MaximumUnits: true, OutOfPattern: true}
	shares := []float64{o.Institutional, o.Inpatient, o.Rates.ExactDuplicate, o.Rates.SuspectDuplicate}
	for _, s := range o.Schemes {
		if !known[s.Scheme] {
			return claim.Errorf(claim.Invalid, "simulation options: no scheme is called %q", s.Scheme)
		}
		shares = append(shares, s.Providers, s.Share, s.Intensity, s.Volume/100)
	}
	for _, each := range o.Rates.list() {
		shares = append(shares, each.rate)
	}
	for _, share := range shares {
		if !(share >= 0 && share <= 1) {
			return claim.Errorf(claim.Invalid, "simulation options: a share lies outside 0 to 1")
		}
	}
	return nil
}
