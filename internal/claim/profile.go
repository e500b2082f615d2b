package claim

// Profile is a billing provider's habits in one sealed snapshot, in integers so that it hashes the same anywhere.
// Rates are in millionths. The snapshot's digest is in the evidence's versions. Fields that start with Peer are
// medians over the providers of the same specialty, this one included; Peers says how many those are.
type Profile struct {
	_                    struct{} `cbor:",toarray"`
	NPI                  string   `json:"npi"`
	Specialty            string   `json:"specialty"`
	First                Date     `json:"first"`            // earliest service date seen
	Last                 Date     `json:"last"`             // latest service date seen
	Claims               int64    `json:"claims"`           // decided claims, denied ones included
	RecentClaims         int64    `json:"recentClaims"`     // of them, with a service date in the snapshot's last 30 days
	Denied               int64    `json:"deniedMillionths"` // share of claims denied as a whole
	Lines                int64    `json:"lines"`
	Patients             int64    `json:"patients"`
	Days                 int64    `json:"days"`   // distinct service dates
	Visits               int64    `json:"visits"` // graded visits, CPT 99202-99215 and 99281-99285; without them TopLevelVisits says nothing
	Charge               Cents    `json:"chargeCents"`
	ChargePerClaim       Cents    `json:"chargePerClaimCents"`
	LinesPerPatient      int64    `json:"linesPerPatientMillionths"`
	UnitsPerLine         int64    `json:"unitsPerLineMillionths"`
	TopLevelVisits       int64    `json:"topLevelVisitsMillionths"`   // share of graded visits at the top two levels
	OverrideModifier     int64    `json:"overrideModifierMillionths"` // share of lines with 25, 59 or X{EPSU}
	MaxLinesADay         int64    `json:"maxLinesADay"`
	Repeats              int64    `json:"repeatsMillionths"` // share of lines whose patient and code stood earlier in the calendar month
	Clones               int64    `json:"clonesMillionths"`  // share of claims whose codes, units and charges another claim of that day has too
	Weekend              int64    `json:"weekendMillionths"` // share of claims that start on a Saturday or Sunday
	PeerChargePerClaim   Cents    `json:"peerChargePerClaimCents"`
	PeerLinesPerPatient  int64    `json:"peerLinesPerPatientMillionths"`
	PeerUnitsPerLine     int64    `json:"peerUnitsPerLineMillionths"`
	PeerTopLevelVisits   int64    `json:"peerTopLevelVisitsMillionths"`
	PeerOverrideModifier int64    `json:"peerOverrideModifierMillionths"`
	PeerMaxLinesADay     int64    `json:"peerMaxLinesADay"`
	PeerRepeats          int64    `json:"peerRepeatsMillionths"`
	PeerClones           int64    `json:"peerClonesMillionths"`
	PeerWeekend          int64    `json:"peerWeekendMillionths"`
	PeerClaims           int64    `json:"peerClaims"`
	Peers                int64    `json:"peers"` // providers in the medians
}
