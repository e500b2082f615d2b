package scoring

// Feature documents one number of a row.
type Feature struct {
	Name    string `json:"name"`
	What    string `json:"what"`
	Unit    string `json:"unit"`
	Group   string `json:"group"`   // size, price, time, coding, patient, history, provider, profile, peers, edits
	Missing string `json:"missing"` // when it is NaN; "" when never
}

// Reasons why a feature is missing that several share.
const (
	noLines    = "the claim has no line"
	noFee      = "no line has a fee on file, or the plan pays a percentage of charges"
	noLimit    = "no line has a medically unlikely edit"
	noHistory  = "history was not looked up"
	noProvider = "the billing provider is not on file"
	noProfile  = "the billing provider is in no snapshot yet"
	fewPeers   = "no profile, or fewer than 5 peers, or their median is 0"
	noPlace    = "an institutional claim, or no place of service"
	noMember   = "the patient was not identified or the date is absent"
)

// catalog is the documentation of the row, in its order; it is never written to.
var catalog = [NumFeatures]Feature{
	chargeDollars:      {"charge_dollars", "claim charge (CLM02)", "dollars", "size", ""},
	lineCount:          {"lines", "service lines", "count", "size", ""},
	units:              {"units", "units of all lines", "units", "size", ""},
	largestLineDollars: {"largest_line_dollars", "charge of the dearest line", "dollars", "size", ""},
	largestLineUnits:   {"largest_line_units", "units of the line with most", "units", "size", ""},
	distinctProcedures: {"distinct_procedures", "different procedure codes, counted up to 64", "count", "size", ""},
	diagnoses:          {"diagnoses", "diagnosis codes", "count", "size", ""},
	chargeToFee:        {"charge_to_fee", "charge ÷ fee × units over the lines with a fee", "ratio", "price", noFee},
	largestChargeToFee: {"largest_charge_to_fee", "the same of the line where it is largest", "ratio", "price", noFee},
	unitsToMUE:         {"units_to_mue", "the day's units ÷ medically unlikely edit, largest over the lines", "ratio", "price", noLimit},
	linesAtMUE:         {"lines_at_mue", "lines billed exactly at a limit above 1", "share", "price", noLimit},

	weekendLines: {"weekend_lines", "lines on a Saturday or Sunday", "share", "time", "no line has a date"},
	lagDays:      {"lag_days", "days from the last service to receipt", "days", "time", "either date is absent"},
	spanDays:     {"span_days", "days from first to last service", "days", "time", "either date is absent"},

	visits:             {"visits", "graded visit lines (CPT 99202-99215, 99281-99285)", "count", "coding", ""},
	visitLevel:         {"visit_level", "highest level of a graded visit", "1 to 5", "coding", "no graded visit"},
	topLevelVisits:     {"top_level_visits", "graded visits at level 4 or 5", "share", "coding", "no graded visit"},
	overrideModifiers:  {"override_modifiers", "lines with modifier 25, 59, XE, XP, XS or XU", "share", "coding", noLines},
	repeatModifiers:    {"repeat_modifiers", "lines with modifier 76, 77 or 91", "share", "coding", noLines},
	modifiersPerLine:   {"modifiers_per_line", "modifiers a line", "count", "coding", noLines},
	overriddenPairs:    {"overridden_pairs", "NCCI pairs that only a modifier lets pass", "count", "coding", ""},
	repeatedProcedures: {"repeated_procedures", "lines whose code stands on an earlier line of the claim", "count", "coding", ""},
	telehealth:         {"telehealth", "place of service 02 or 10", "0 or 1", "coding", noPlace},
	facility:           {"facility", "place of service priced at the facility rate", "0 or 1", "coding", noPlace},
	authorization:      {"authorization", "the claim names a prior authorisation", "0 or 1", "coding", ""},
	institutional:      {"institutional", "an 837I claim", "0 or 1", "coding", ""},

	ageYears:        {"age_years", "patient's completed years on the first service date", "years", "patient", noMember},
	daysAfterDeath:  {"days_after_death", "days from death to first service; negative before it", "days", "patient", "alive as far as known, or " + noMember},
	sharedZIPDigits: {"shared_zip_digits", "leading ZIP digits that patient and billing provider share; 3 is one sectional centre", "0 to 5", "patient", "either ZIP is absent"},

	historyLines:         {"history_lines", "lines of the patient's other claims in the look-up's window", "count", "history", noHistory},
	historyDollars:       {"history_dollars", "their charge", "dollars", "history", noHistory},
	historyProviders:     {"history_providers", "different billing providers among them, counted up to 64", "count", "history", noHistory},
	historySameProvider:  {"history_same_provider", "lines among them of this claim's billing provider", "count", "history", noHistory},
	historySameDay:       {"history_same_day", "lines among them that share a day with the claim", "count", "history", noHistory},
	historySameDayOthers: {"history_same_day_others", "of those, lines of other billing providers", "count", "history", noHistory},
	historySameDayCode:   {"history_same_day_code", "lines of the claim whose code stands in history on the same day", "count", "history", noHistory},
	historyRepeats30:     {"history_repeats_30", "lines of the claim whose code stands in history 1 to 30 days before", "share", "history", noHistory},
	daysSinceProvider:    {"days_since_provider", "days since the patient's last earlier line with the billing provider", "days", "history", noHistory + ", or there is none"},
	newVisitButKnown:     {"new_visit_but_known", "new-patient visits (CPT 99202-99205) though the provider stands in history", "count", "history", noHistory},

	orderingProvider:   {"ordering_provider", "the claim names a referring or ordering provider", "0 or 1", "provider", ""},
	renderingIsBilling: {"rendering_is_billing", "nobody but the billing provider is named as rendering", "0 or 1", "provider", ""},
	network:            {"network", "billing provider is in the network", "0 or 1", "provider", noProvider},
	enrolledDays:       {"enrolled_days", "days from enrolment to first service", "days", "provider", noProvider},

	profileClaims:      {"profile_claims", "provider's decided claims", "count", "profile", noProfile},
	profileRecentShare: {"profile_recent_share", "share of them in the snapshot's last 30 days", "share", "profile", noProfile},
	profileLinesADay:   {"profile_lines_a_day", "provider's lines a day of service", "count", "profile", noProfile},
	profileDenied:      {"profile_denied", "provider's claims denied as a whole", "share", "profile", noProfile},
	chargeToOwnMean:    {"charge_to_own_mean", "claim charge ÷ provider's mean", "ratio", "profile", noProfile},
	unitsToOwnMean:     {"units_to_own_mean", "units a line ÷ provider's mean", "ratio", "profile", noProfile},

	chargeToPeers:             {"charge_to_peers", "claim charge ÷ peers' median mean", "ratio", "peers", fewPeers},
	unitsToPeers:              {"units_to_peers", "units a line ÷ peers' median", "ratio", "peers", fewPeers},
	ownChargeToPeers:          {"own_charge_to_peers", "provider's mean charge a claim ÷ peers' median", "ratio", "peers", fewPeers},
	ownClaimsToPeers:          {"own_claims_to_peers", "provider's claims ÷ peers' median", "ratio", "peers", fewPeers},
	ownLinesPerPatientToPeers: {"own_lines_per_patient_to_peers", "provider's lines a patient ÷ peers' median", "ratio", "peers", fewPeers},
	ownUnitsToPeers:           {"own_units_to_peers", "provider's units a line ÷ peers' median", "ratio", "peers", fewPeers},
	ownTopLevelOverPeers:      {"own_top_level_over_peers", "provider's share of level 4 and 5 visits − peers' median", "share", "peers", "no profile, no graded visits, or fewer than 5 peers"},
	ownOverrideOverPeers:      {"own_override_over_peers", "provider's share of lines with an override modifier − peers' median", "share", "peers", "no profile, or fewer than 5 peers"},
	ownMaxLinesADayToPeers:    {"own_max_lines_a_day_to_peers", "provider's most lines on a day ÷ peers' median", "ratio", "peers", fewPeers},
	ownRepeatsOverPeers:       {"own_repeats_over_peers", "provider's share of repeats − peers' median", "share", "peers", "no profile, or fewer than 5 peers"},
	ownClonesOverPeers:        {"own_clones_over_peers", "provider's share of cloned claims − peers' median", "share", "peers", "no profile, or fewer than 5 peers"},
	ownWeekendOverPeers:       {"own_weekend_over_peers", "provider's share of weekend claims − peers' median", "share", "peers", "no profile, or fewer than 5 peers"},

	editCount: {"edits", "findings of the contract's checks and limits", "count", "edits", ""},
	denyEdits: {"deny_edits", "of them, those that deny", "count", "edits", ""},
	pendEdits: {"pend_edits", "of them, those that pend", "count", "edits", ""},
}

// FeatureNames returns the names of the features in the order of a row.
func FeatureNames() []string {
	names := make([]string, NumFeatures)
	for i := range catalog {
		names[i] = catalog[i].Name
	}
	return names
}
