package postgres_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
	"github.com/assize/assize/internal/postgres"
)

func enrolment() postgres.Enrolment {
	return postgres.Enrolment{
		Plans: []claim.Plan{
			{Code: "PPO", From: 20240101, Through: 20241231, Pricing: claim.FeeSchedule, Copay: 20_00, CoinsuranceMillionths: 200_000, Embedded: true, OutOfPocketFamily: 4000_00},
			{Code: "PPO", From: 20250101, Through: 20251231, Pricing: claim.PercentOfCharges, PercentMillionths: 700_000, FilingDays: 90},
		},
		Members: []claim.Member{
			{ID: id(51), Family: id(50), SubscriberNumber: "w-77", Relationship: "18", Last: "DOE", First: "JO", BirthDate: 19800101, Sex: "F"},
			{ID: id(52), Family: id(50), SubscriberNumber: "w-77", Relationship: "19", Last: "DOE", First: "KIM", BirthDate: 20100101, DeathDate: 20250601, Sex: "M"},
			{ID: id(53), Family: id(60), SubscriberNumber: "W78", Relationship: "18", Last: "ROE", First: "AL", BirthDate: 19700101, Sex: "M"},
		},
		Coverages: map[claim.ID][]claim.Coverage{
			id(51): {{PlanCode: "PPO", From: 20240101, Through: 20240630}, {PlanCode: "PPO", From: 20240801, Through: claim.EndOfTime}},
			id(53): {{PlanCode: "PPO", From: 20240101, Through: claim.EndOfTime}},
		},
		Providers: []claim.ProviderFact{
			{NPI: "1234567893", Specialty: "207Q00000X", Network: true, From: 20200101, Through: claim.EndOfTime},
			{NPI: "9999999999", Specialty: "207Q00000X", Network: true, From: 20200101, Through: claim.EndOfTime, Assumed: true},
		},
		Authorizations: map[claim.ID][]claim.Authorization{
			id(51): {{Number: "AUTH1", Procedure: "97110", NPI: "1234567893", From: 20250101, Through: 20251231, Approved: 5000, Used: 1000}},
		},
	}
}

func TestWhatWasEnrolledIsFoundAgain(t *testing.T) {
	pool := newPool(t)
	e := enrolment()
	write(t, pool, func(tx pgx.Tx) error { return postgres.Enrol(t.Context(), tx, 1, e) })
	wanted := postgres.Wanted{SubscriberKeys: []string{"W77", "W99"}, NPIs: []string{"1234567893", "9999999999", "1000000004"}, FirstDay: 20250901, LastDay: 20250902}
	got := facts.NewRecords()
	if err := postgres.LoadMembers(t.Context(), pool, 1, wanted, got); err != nil {
		t.Fatal(err)
	}
	err := postgres.LoadRecords(t.Context(), pool, 1, wanted, []claim.ID{id(51), id(52)}, []claim.ID{id(50)}, got)
	if err != nil {
		t.Fatal(err)
	}
	want := facts.NewRecords()
	want.Members["W77"] = e.Members[:2]
	want.Providers["1234567893"], want.Providers["9999999999"] = e.Providers[0], e.Providers[1]
	want.Coverages[id(51)] = e.Coverages[id(51)]
	want.Authorizations[id(51)] = e.Authorizations[id(51)]
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	plans, err := postgres.Plans(t.Context(), pool, 1)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string][]claim.Plan{"PPO": e.Plans}, plans); diff != "" {
		t.Errorf("plans (-want +got):\n%s", diff)
	}
}

func TestPayersDoNotSeeEachOthersRecords(t *testing.T) {
	pool := newPool(t)
	write(t, pool, func(tx pgx.Tx) error { return postgres.Enrol(t.Context(), tx, 1, enrolment()) })
	insertClaims(t, pool, 1, rowOf(0, claim.Pay))
	write(t, pool, func(tx pgx.Tx) error { // the same people and numbers are the other payer's too
		return postgres.Enrol(t.Context(), tx, 2, postgres.Enrolment{Members: enrolment().Members[2:]})
	})
	got := facts.NewRecords()
	wanted := postgres.Wanted{SubscriberKeys: []string{"W77"}, NPIs: []string{"1234567893"}, References: []int64{5000}, FirstDay: 20250901, LastDay: 20250902}
	if err := postgres.LoadMembers(t.Context(), pool, 2, wanted, got); err != nil {
		t.Fatal(err)
	}
	err := postgres.LoadRecords(t.Context(), pool, 2, wanted, []claim.ID{id(51)}, []claim.ID{id(50)}, got)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(facts.NewRecords(), got); diff != "" {
		t.Errorf("payer 2 found records of payer 1 (-want +got):\n%s", diff)
	}
	if _, err := postgres.StatusByControl(t.Context(), pool, 2, 5000); claim.KindOf(err) != claim.NotFound {
		t.Errorf("payer 2 asks for a claim of payer 1: got %v, want NotFound", err)
	}
	if _, err := postgres.StatusByClaim(t.Context(), pool, 2, id(1000)); claim.KindOf(err) != claim.NotFound {
		t.Errorf("payer 2 asks for a claim of payer 1: got %v, want NotFound", err)
	}
	if plans, err := postgres.Plans(t.Context(), pool, 2); err != nil || len(plans) != 0 {
		t.Errorf("payer 2 has plans %v, %v", plans, err)
	}
}

func TestHistoryIsReadByWindowAndPredecessorsByNumber(t *testing.T) {
	pool := newPool(t)
	codec, err := claim.NewCodec()
	if err != nil {
		t.Fatal(err)
	}
	lines := []claim.HistoryLine{{Claim: id(1000), Line: 1, NPI: "1", BillingNPI: "1", Procedure: "99213", Modifiers: []string{"25"}, From: 20250901, Through: 20250901, Quantity: 1000, Charge: 1}}
	packed, err := codec.Encode(claim.History(lines))
	if err != nil {
		t.Fatal(err)
	}
	inside, late, denied := rowOf(0, claim.Pay), rowOf(1, claim.Pay), rowOf(2, claim.Deny)
	// Of what was denied one replacement waits, and another was paid; of the first claim one was denied.
	waits, replaces, refused := rowOf(3, claim.Pend), rowOf(4, claim.Pay), rowOf(5, claim.Deny)
	waits.Replaces, replaces.Replaces, refused.Replaces = 5002, 5002, 5000
	inside.History, late.History = packed, packed
	late.From, late.Through = 20250920, 20250920
	insertClaims(t, pool, 1, inside, late, denied, waits, replaces, refused)
	got := facts.NewRecords()
	wanted := postgres.Wanted{FirstDay: 20250905, LastDay: 20250910, References: []int64{5000, 5002, 9999}}
	if err := postgres.LoadRecords(t.Context(), pool, 1, wanted, []claim.ID{id(51)}, nil, got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[claim.ID][]claim.HistoryLine{id(51): lines}, got.History); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
	want := map[string]facts.Predecessor{
		claim.ControlNumber(5000): {Claim: id(1000), Beneficiary: id(51), BillingNPI: "1234567893", Outcome: claim.Pay, Paid: 70_00},
		claim.ControlNumber(5002): {Claim: id(1002), Beneficiary: id(51), BillingNPI: "1234567893", Outcome: claim.Deny, Superseded: true},
	}
	if diff := cmp.Diff(want, got.Predecessors); diff != "" {
		t.Errorf("predecessors (-want +got):\n%s", diff)
	}
}

func TestDamagedHistoryIsNotTakenForAnOutage(t *testing.T) {
	pool := newPool(t)
	row := rowOf(0, claim.Pay)
	row.History = []byte("not CBOR")
	insertClaims(t, pool, 1, row)
	err := postgres.LoadRecords(t.Context(), pool, 1, postgres.Wanted{FirstDay: 20250901, LastDay: 20250902}, []claim.ID{id(51)}, nil, facts.NewRecords())
	requireKind(t, err, claim.Invalid, "history that does not decode")
}

func TestBindingsAreThoseMadeLast(t *testing.T) {
	pool := newPool(t)
	old, changed := []byte("old contract"), []byte("new contract")
	write(t, pool, func(tx pgx.Tx) error {
		for _, content := range [][]byte{old, changed, old} { // storing twice changes nothing
			if err := postgres.StoreArtifact(t.Context(), tx, postgres.ContractArtifact, postgres.DigestOf(content), content); err != nil {
				return err
			}
		}
		return nil
	})
	bind := func(content []byte) {
		write(t, pool, func(tx pgx.Tx) error {
			return postgres.Bind(t.Context(), tx, 1, postgres.Binding{Kind: postgres.ContractArtifact, Digest: postgres.DigestOf(content), From: 10101, Through: claim.EndOfTime})
		})
	}
	bind(old)
	var between = moment
	if err := pool.QueryRow(t.Context(), `select clock_timestamp()`).Scan(&between); err != nil {
		t.Fatal(err)
	}
	bind(changed)
	after := between.AddDate(1, 0, 0)
	for known, want := range map[bool][]byte{true: changed, false: old} {
		at := between
		if known {
			at = after
		}
		list, err := postgres.Bindings(t.Context(), pool, 1, at)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) != 1 || list[0].Digest != postgres.DigestOf(want) {
			t.Errorf("as known at %s: got %+v, want %q", at, list, want)
		}
	}
	if list, err := postgres.Bindings(t.Context(), pool, 2, after); err != nil || len(list) != 0 {
		t.Errorf("payer 2 is bound to %v, %v", list, err)
	}
	content, err := postgres.LoadArtifact(t.Context(), pool, postgres.DigestOf(old))
	if err != nil || string(content) != string(old) {
		t.Errorf("got %q, %v", content, err)
	}
	_, err = postgres.LoadArtifact(t.Context(), pool, postgres.DigestOf([]byte("never")))
	requireKind(t, err, claim.NotFound, "an artifact that was never stored")
}

func TestPayersAreFoundByCodeAndID(t *testing.T) {
	pool := newPool(t)
	list, err := postgres.Payers(t.Context(), pool)
	if err != nil || len(list) != 2 || list[1].Code != "P2" {
		t.Fatalf("got %+v, %v", list, err)
	}
	byCode, err := postgres.PayerByCode(t.Context(), pool, "P2")
	if diff := cmp.Diff(list[1], byCode); err != nil || diff != "" {
		t.Errorf("by code: %v\n%s", err, diff)
	}
	byID, err := postgres.PayerByID(t.Context(), pool, 2)
	if diff := cmp.Diff(list[1], byID); err != nil || diff != "" {
		t.Errorf("by id: %v\n%s", err, diff)
	}
	_, err = postgres.PayerByCode(t.Context(), pool, "P9")
	requireKind(t, err, claim.NotFound, "an unknown code")
	_, err = postgres.PayerByID(t.Context(), pool, 9)
	requireKind(t, err, claim.NotFound, "an unknown id")
	if uuid.Nil == id(1) {
		t.Fatal("ids of the tests are nil")
	}
}

// No installation has a provider under an NPI that is none, unless it is a trial that says so.
func TestAnNPIThatIsNoneIsNotEnrolled(t *testing.T) {
	pool := newPool(t)
	for _, p := range []claim.ProviderFact{{NPI: "1234567890"}, {NPI: ""}, {NPI: "123456789"}, {NPI: "1234567893", Assumed: true}} {
		err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
			return postgres.Enrol(t.Context(), tx, 1, postgres.Enrolment{Providers: []claim.ProviderFact{{NPI: "1245319599"}, p}})
		})
		if claim.KindOf(err) != claim.Invalid {
			t.Errorf("NPI %q, assumed %v: got %v, want Invalid", p.NPI, p.Assumed, err)
		}
	}
	var enrolled int
	if err := pool.QueryRow(t.Context(), "select count(*) from provider").Scan(&enrolled); err != nil || enrolled != 0 {
		t.Errorf("%d providers enrolled beside one that was refused, %v", enrolled, err)
	}
}
