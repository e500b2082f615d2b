package simulate

import (
	"github.com/assize/assize/internal/claim"
)

// World is everything that exists before the first claim is sent. It is read-only after NewWorld.
type World struct {
	Options Options      `json:"options"`
	Payers  []PayerWorld `json:"payers"`
	Tables  Tables       `json:"tables"`

	codes    *catalogue
	market   *market
	calendar calendar
}

// PayerWorld is what one payer has on file.
type PayerWorld struct {
	ID             claim.PayerID                      `json:"id"`
	Code           string                             `json:"code"` // NM109 of the payer (2010BB)
	Name           string                             `json:"name"`
	TimeZone       string                             `json:"timeZone"` // receipt dates are civil dates here
	Members        []claim.Member                     `json:"members"`
	Coverages      map[claim.ID][]claim.Coverage      `json:"coverages"` // by member
	Plans          []claim.Plan                       `json:"plans"`
	Benefits       map[string][]claim.BenefitRow      `json:"benefits"` // by plan code; Procedure is a revenue code for lines without HCPCS
	Fees           []claim.FeeRow                     `json:"fees"`     // Procedure as in Benefits
	Providers      []Provider                         `json:"providers"`
	Authorizations map[claim.ID][]claim.Authorization `json:"authorizations"` // by member
	Addresses      map[claim.ID]claim.Address         `json:"addresses"`      // by family
	// Schemes is truth, not something the payer knows: billing NPI to the scheme it runs.
	Schemes map[string]Scheme `json:"-"`

	enrolment enrolment
}

// Provider is one enrolled provider as the payer knows it, with what an 837 says of it.
type Provider struct {
	claim.ProviderFact
	Group        string        `json:"group"` // NPI that bills for this practitioner; its own when it bills itself
	Organization bool          `json:"organization"`
	Last         string        `json:"last"` // or the organisation's name
	First        string        `json:"first"`
	TaxID        string        `json:"taxId"`
	Address      claim.Address `json:"address"`
}

// Tables are the reference tables that the claims were made to agree with, for loading in place of the published ones.
// The fields of a row that join it to a claim (Line, Index…) are zero.
type Tables struct {
	Diagnoses  []claim.DiagnosisRow `json:"diagnoses"`
	Procedures []claim.ProcedureRow `json:"procedures"`
	PTP        []claim.PTPRow       `json:"ptp"`
	MUE        []claim.MUERow       `json:"mue"`
	Exclusions []claim.Exclusion    `json:"exclusions"`
}

// NewWorld makes the world that the options describe. The error is of kind claim.Invalid and names the option.
func NewWorld(o Options) (*World, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	w := &World{Options: o, codes: newCatalogue()}
	w.calendar = newCalendar(w.historyFrom().AddDays(-daysOnFile), o.Through.AddDays(daysOfReceipt+1))
	w.market = newMarket(&w.Options, w.codes)
	w.Tables = w.codes.tables(tablesFrom)
	w.Tables.Exclusions = w.market.exclusions(w.historyFrom())
	for id := range o.Payers {
		w.Payers = append(w.Payers, w.newPayer(claim.PayerID(id+1)))
	}
	return w, nil
}

// tablesFrom is the day ICD-10-CM came into force; the demonstration's tables speak for every date since.
const tablesFrom claim.Date = 20151001

const (
	daysOnFile    = 900 // members and providers go back this far before the first claim in time
	daysOfReceipt = 28  // the last claims come in this long after the last service
)

// historyFrom is the first service date of the earlier period, or of the period itself when there is none.
func (w *World) historyFrom() claim.Date { return w.Options.From.AddDays(-w.Options.HistoryDays) }

// Payer returns one payer, or nil.
func (w *World) Payer(id claim.PayerID) *PayerWorld {
	for i := range w.Payers {
		if w.Payers[i].ID == id {
			return &w.Payers[i]
		}
	}
	return nil
}
