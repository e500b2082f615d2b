package torture

import (
	"context"
	"maps"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/ledger"
)

// row is what the claim table says of a claim.
type row struct {
	Claim       claim.ID
	Entry       claim.ID
	Document    claim.ID
	Position    int
	Outcome     claim.Outcome
	Charge      claim.Cents
	Paid        claim.Cents
	PatientOwes claim.Cents
	Flagged     bool
	Family      claim.ID
	Beneficiary claim.ID
}

func readRows(ctx context.Context, l *look, payer claim.PayerID) ([]row, error) {
	rows, err := l.tx.Query(ctx, `
		select claim_id, entry_id, document_id, position, outcome::text, charge_cents, paid_cents, patient_owes_cents, flagged,
			family_id, beneficiary
		from claim where payer_id = $1`, payer)
	if err != nil {
		return nil, claim.Errorf(claim.Unavailable, "reading claims: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[row])
}

// checkClaims holds the claim table against how the entries leave each claim, and the truth about exact duplicates
// against both: of one claim sent more than once, one copy lives at most. Then their money.
func (a *audit) checkClaims(ctx context.Context, l *look, payer claim.PayerID) error {
	rows, err := readRows(ctx, l, payer)
	if err != nil {
		return err
	}
	own := a.payers[payer]
	if len(rows) != len(own.standing) {
		a.find("payer %d: %d claims stand in the table, %d on the ledger", payer, len(rows), len(own.standing))
	}
	live := map[set][]claim.ID{}
	sets := a.setsByPlace()
	for n := range rows {
		r := &rows[n]
		d := own.standing[r.Claim].decision
		switch {
		case d == nil:
			a.find("payer %d: claim %s has no entry that replays", payer, r.Claim)
		case own.standing[r.Claim].entry != r.Entry, d.Outcome != r.Outcome, d.Charge != r.Charge, d.Paid != r.Paid,
			d.PatientOwes != r.PatientOwes, d.Score.Flagged != r.Flagged:
			a.find("payer %d: claim %s stands in the table other than its last entry leaves it", payer, r.Claim)
		}
		if s, ok := sets[documentPlace{r.Document, r.Position}]; ok && r.Outcome != claim.Deny {
			live[s] = append(live[s], r.Claim)
		}
	}
	for _, copies := range live {
		if len(copies) > 1 {
			a.find("payer %d: %d copies of the same claim live: %v", payer, len(copies), copies)
		}
	}
	return a.checkMoney(ctx, l, payer, rows)
}

// documentPlace is where a claim stands in what was received.
type documentPlace struct {
	document claim.ID
	position int
}

// setsByPlace finds the sets of duplicates in the documents that were accepted.
func (a *audit) setsByPlace() map[documentPlace]set {
	sets := map[documentPlace]set{}
	for at, s := range a.sets {
		if r, ok := a.sent[at.path]; ok {
			sets[documentPlace{r.Document, at.ordinal}] = s
		}
	}
	return sets
}

// rememberAuthorizations notes what was used of authorisations before the first claim.
func (a *audit) rememberAuthorizations(ctx context.Context, l *look, payer claim.PayerID) (err error) {
	own := a.payers[payer]
	head, err := ledger.ReadHead(ctx, l.tx, payer, ledger.Decisions)
	if err == nil && own.authorizations == nil && head.Seq == 0 {
		own.authorizations, err = postgres.AuthorizationsUsed(ctx, l.tx, payer)
	}
	return err
}

// checkMoney computes accumulators and used units of authorisations again from the decisions that stand, and compares.
func (a *audit) checkMoney(ctx context.Context, l *look, payer claim.PayerID, rows []row) error {
	own := a.payers[payer]
	accounts, used := map[postgres.Account]int64{}, map[postgres.Authorized]claim.Quantity{}
	maps.Copy(used, own.authorizations)
	for n := range rows {
		d := own.standing[rows[n].Claim].decision
		if d == nil {
			continue
		}
		for _, accrual := range d.Accruals {
			if accrual.Authorization != "" {
				used[postgres.Authorized{Member: rows[n].Beneficiary, Number: accrual.Authorization}] += claim.Quantity(accrual.Amount)
				continue
			}
			accounts[postgres.Account{Family: rows[n].Family, Member: accrual.Member, Year: accrual.Year, Kind: accrual.Kind, Group: accrual.Group}] += accrual.Amount
		}
	}
	if err := a.checkAccounts(ctx, l, payer, accounts); err != nil {
		return err
	}
	if own.authorizations == nil {
		return nil // what was used before the first claim is not known
	}
	return a.checkUnits(ctx, l, payer, used)
}

func (a *audit) checkAccounts(ctx context.Context, l *look, payer claim.PayerID, expected map[postgres.Account]int64) error {
	stored, err := postgres.Accounts(ctx, l.tx, payer)
	if err != nil {
		return err
	}
	for at, amount := range stored {
		if expected[at] != amount {
			a.find("payer %d: an accumulator of family %s (%s %d) stands at %d, its decisions add up to %d", payer, at.Family, at.Kind, at.Year, amount, expected[at])
		}
	}
	for at, amount := range expected {
		if _, there := stored[at]; !there && amount != 0 {
			a.find("payer %d: no accumulator of family %s (%s %d), its decisions add up to %d", payer, at.Family, at.Kind, at.Year, amount)
		}
	}
	return nil
}

func (a *audit) checkUnits(ctx context.Context, l *look, payer claim.PayerID, expected map[postgres.Authorized]claim.Quantity) error {
	stored, err := postgres.AuthorizationsUsed(ctx, l.tx, payer)
	if err != nil {
		return err
	}
	for at, units := range stored {
		if expected[at] != units {
			a.find("payer %d: an authorisation of member %s stands at %d thousandths used, its decisions add up to %d", payer, at.Member, units, expected[at])
		}
	}
	return nil
}
