package postgres_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
)

func TestStagedClaimsComeBackAsTheyWere(t *testing.T) {
	pool := newPool(t)
	claims := []postgres.StagedClaim{stagedOf(0, "B", 20250901), stagedOf(1, "A", 20250902), stagedOf(2, "A", 20250901)}
	stage(t, pool, 1, id(9), claims)
	if diff := cmp.Diff([][]int{{2, 1, 0}}, plan(t, pool, 1, id(9), 100)); diff != "" {
		t.Errorf("the plan's order is family, service date, place (-want +got):\n%s", diff)
	}
	got, err := postgres.StagedChunk(t.Context(), pool, 1, id(9), 0)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]postgres.StagedClaim{claims[2], claims[1], claims[0]}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	write(t, pool, func(tx pgx.Tx) error { return postgres.UnstageFrom(t.Context(), tx, 2, id(9), 0) })
	if got, err := postgres.StagedChunk(t.Context(), pool, 1, id(9), 0); err != nil || len(got) != 3 {
		t.Errorf("payer 2 removed claims of payer 1: %v, %v", got, err)
	}
	write(t, pool, func(tx pgx.Tx) error {
		_, err := postgres.BeginChunk(t.Context(), tx, 1, id(9), 0, 3, 0)
		return err
	})
	if got, err := postgres.StagedChunk(t.Context(), pool, 1, id(9), 0); err != nil || len(got) != 0 {
		t.Errorf("after they were recorded: got %v, %v", got, err)
	}
}

// requirePlan checks what holds for every plan: each claim once, a family no larger than a chunk in one chunk only,
// each family in order of service. Claims have the weight by which they are counted.
func requirePlan(t *testing.T, claims []postgres.StagedClaim, planned [][]int, size int, weight func(postgres.StagedClaim) int) {
	t.Helper()
	seen, sizes, chunksOf := map[int]bool{}, map[string]int{}, map[string][]int{}
	for _, c := range claims {
		sizes[c.FamilyKey] += weight(c)
	}
	last := map[string]claim.Date{}
	for n, chunk := range planned {
		if len(chunk) == 0 || len(chunk) > 2*size {
			t.Errorf("chunk %d has %d claims, size is %d", n, len(chunk), size)
		}
		for _, ord := range chunk {
			c := claims[ord]
			if seen[ord] {
				t.Errorf("claim %d stands twice", ord)
			}
			if c.ServiceDate < last[c.FamilyKey] {
				t.Errorf("family %s: %s comes after %s", c.FamilyKey, c.ServiceDate, last[c.FamilyKey])
			}
			seen[ord], last[c.FamilyKey] = true, c.ServiceDate
			if !slices.Contains(chunksOf[c.FamilyKey], n) {
				chunksOf[c.FamilyKey] = append(chunksOf[c.FamilyKey], n)
			}
		}
	}
	if len(seen) != len(claims) {
		t.Errorf("%d of %d claims are planned", len(seen), len(claims))
	}
	for family, chunks := range chunksOf {
		if most := (sizes[family] + size - 1) / size; len(chunks) > most {
			t.Errorf("family %s of %d claims is spread over chunks %v", family, sizes[family], chunks)
		}
		if chunks[len(chunks)-1]-chunks[0] != len(chunks)-1 {
			t.Errorf("family %s stands in chunks %v, which are not consecutive", family, chunks)
		}
	}
}

func TestFamiliesStayTogetherInTheOrderOfService(t *testing.T) {
	pool := newPool(t)
	random := rand.New(rand.NewPCG(3, 4))
	for run := range 40 {
		size := 1 + random.IntN(12)
		var claims []postgres.StagedClaim
		for family := range 1 + random.IntN(12) {
			for range 1 + random.IntN(1+random.IntN(40)) {
				claims = append(claims, stagedOf(0, fmt.Sprintf("F%02d", family), claim.Date(20250901+random.IntN(5))))
			}
		}
		random.Shuffle(len(claims), func(i, j int) { claims[i], claims[j] = claims[j], claims[i] })
		for i := range claims {
			claims[i].Ord, claims[i].ClaimID, claims[i].ControlNumber = i, claim.NewID(), int64(i)
		}
		batch := claim.NewID()
		stage(t, pool, 1, batch, claims)
		planned := plan(t, pool, 1, batch, size)
		requirePlan(t, claims, planned, size, func(postgres.StagedClaim) int { return 1 })
		if diff := cmp.Diff(planned, plan(t, pool, 1, batch, size+7)); diff != "" {
			t.Errorf("planned again, the plan is another (-first +second):\n%s", diff)
		}
		if t.Failed() {
			t.Fatalf("run %d, size %d", run, size)
		}
	}
}

// A chunk is in memory as a whole: of claims of a megabyte it has few, and a family stays in order all the same.
func TestAChunkOfLargeClaimsHasFewOfThem(t *testing.T) {
	const size, unit = 200, 8192
	pool := newPool(t)
	random := rand.New(rand.NewPCG(5, 6))
	for _, large := range []int{0, 60, 400} { // of 400
		claims := make([]postgres.StagedClaim, 400)
		for i := range claims {
			claims[i] = stagedOf(i, fmt.Sprintf("F%02d", random.IntN(60)), claim.Date(20250901+random.IntN(5)))
			claims[i].ClaimID = claim.NewID()
			if i < large {
				claims[i].Slice = make([]byte, 300_000)
			}
		}
		batch := claim.NewID()
		stage(t, pool, 1, batch, claims)
		planned := plan(t, pool, 1, batch, size)
		weight := func(c postgres.StagedClaim) int { return 1 + len(c.Slice)/unit }
		requirePlan(t, claims, planned, size, weight)
		if large == 0 && len(planned) > 2 {
			t.Errorf("%d chunks of small claims", len(planned))
		}
		for n, chunk := range planned {
			sum := 0
			for _, ord := range chunk {
				sum += weight(claims[ord])
			}
			if most := 2*size + 1 + 300_000/unit; sum > most {
				t.Errorf("%d large claims: chunk %d of %d has weight %d, at most %d", large, n, len(chunk), sum, most)
			}
		}
		if t.Failed() {
			t.FailNow()
		}
	}
}

func TestAPlanIsForABatchThatIsThere(t *testing.T) {
	pool := newPool(t)
	stage(t, pool, 1, id(9), nil)
	if planned := plan(t, pool, 1, id(9), 10); len(planned) != 0 {
		t.Errorf("a batch without claims has chunks %v", planned)
	}
	for payer, batch := range map[claim.PayerID]claim.ID{1: id(8), 2: id(9)} {
		err := attempt(t, pool, func(tx pgx.Tx) error {
			_, err := postgres.PlanBatch(t.Context(), tx, payer, batch, 10)
			return err
		})
		requireKind(t, err, claim.NotFound, fmt.Sprintf("batch %s of payer %d", batch, payer))
	}
}

func TestABatchIsCompleteOnlyWhenEveryCountAgrees(t *testing.T) {
	pool := newPool(t)
	stage(t, pool, 1, id(9), []postgres.StagedClaim{stagedOf(0, "A", 20250901), stagedOf(1, "B", 20250901)})
	plan(t, pool, 1, id(9), 10)
	complete := func() error {
		return attempt(t, pool, func(tx pgx.Tx) error { return postgres.CompleteBatch(t.Context(), tx, 1, id(9)) })
	}
	steps := []struct {
		what string
		do   func(tx pgx.Tx) error
	}{
		{"nothing recorded", func(pgx.Tx) error { return nil }},
		{"a chunk that says two claims, and no claims", func(tx pgx.Tx) error {
			_, err := postgres.BeginChunk(t.Context(), tx, 1, id(9), 0, 2, 0)
			return err
		}},
		{"one of two claims", func(tx pgx.Tx) error {
			return postgres.InsertClaims(t.Context(), tx, 1, []postgres.ClaimRow{rowOf(0, claim.Pay)})
		}},
		{"both claims, but one is not staged", func(tx pgx.Tx) error {
			if err := postgres.InsertClaims(t.Context(), tx, 1, []postgres.ClaimRow{rowOf(1, claim.Deny)}); err != nil {
				return err
			}
			return postgres.UnstageFrom(t.Context(), tx, 1, id(9), 1)
		}},
	}
	staged := func() (n int) {
		if err := pool.QueryRow(t.Context(), `select count(*) from staged_claim`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, step := range steps {
		write(t, pool, step.do)
		before := staged()
		requireKind(t, complete(), claim.Conflict, step.what)
		if staged() != before {
			t.Errorf("%s: not complete, and %d of %d claims are gone from staging", step.what, before-staged(), before)
		}
	}
	write(t, pool, func(tx pgx.Tx) error {
		return postgres.Stage(t.Context(), tx, 1, id(9), []postgres.StagedClaim{stagedOf(1, "B", 20250901)})
	})
	for range 2 { // completing again changes nothing
		if err := complete(); err != nil {
			t.Fatalf("every count agrees: %v", err)
		}
	}
	if left := staged(); left != 0 {
		t.Errorf("complete, and %d claims are staged", left)
	}
	summary, err := postgres.BatchByID(t.Context(), pool, 1, id(9))
	if err != nil || summary.State != "complete" || summary.Decided != 2 || summary.Completed == nil {
		t.Errorf("got %+v, %v", summary, err)
	}
	err = attempt(t, pool, func(tx pgx.Tx) error { return postgres.CompleteBatch(t.Context(), tx, 2, id(9)) })
	requireKind(t, err, claim.NotFound, "another payer's batch")
	_, err = postgres.BatchByID(t.Context(), pool, 2, id(9))
	requireKind(t, err, claim.NotFound, "another payer's batch")
}

func TestControlNumbersAreTakenOnce(t *testing.T) {
	pool := newPool(t)
	const takers, each, block = 6, 20, 7
	firsts := make([][]int64, takers)
	failures := make([]error, takers)
	var wait sync.WaitGroup
	for i := range takers {
		wait.Go(func() {
			for range each {
				first, err := postgres.TakeControlNumbers(t.Context(), pool, 1, block)
				if err != nil {
					failures[i] = err
					return
				}
				firsts[i] = append(firsts[i], first)
			}
		})
	}
	wait.Wait()
	taken := map[int64]bool{}
	for i := range takers {
		if failures[i] != nil {
			t.Fatal(failures[i])
		}
		for _, first := range firsts[i] {
			for n := range int64(block) {
				if taken[first+n] {
					t.Fatalf("number %d was given out twice", first+n)
				}
				taken[first+n] = true
			}
		}
	}
	_, err := postgres.TakeControlNumbers(t.Context(), pool, 9, 1)
	requireKind(t, err, claim.NotFound, "a payer that is not there")
}

func TestAStatusIsFoundWhereverTheClaimStands(t *testing.T) {
	pool := newPool(t)
	stage(t, pool, 1, id(9), []postgres.StagedClaim{stagedOf(0, "A", 20250901)})
	s, err := postgres.StatusByControl(t.Context(), pool, 1, 5000)
	if err != nil || !s.InProcess || s.ClaimID != id(1000) || s.Batch != id(9) {
		t.Errorf("staged: got %+v, %v", s, err)
	}
	record := func() {
		write(t, pool, func(tx pgx.Tx) error {
			if err := postgres.InsertClaims(t.Context(), tx, 1, []postgres.ClaimRow{rowOf(0, claim.Pend)}); err != nil {
				return err
			}
			err := postgres.OpenCases(t.Context(), tx, 1, []postgres.Case{{ClaimID: id(1000), Reasons: []string{"edit:COB-22"}, Due: 20251031, Ground: "x"}}, moment)
			if err != nil {
				return err
			}
			return postgres.UnstageFrom(t.Context(), tx, 1, id(9), 0) // as its batch is completed
		})
	}
	// Recorded after the look among decided claims, before the look in staging.
	s, err = postgres.StatusByClaim(t.Context(), &interposed{Querier: pool, before: record}, 1, id(1000))
	if err != nil || s.InProcess || s.Outcome != claim.Pend {
		t.Errorf("recorded while it was looked for: got %+v, %v", s, err)
	}
	s, err = postgres.StatusByControl(t.Context(), pool, 1, 5000)
	if err != nil || s.Outcome != claim.Pend || !slices.Equal(s.PendReasons, []string{"edit:COB-22"}) {
		t.Errorf("decided: got %+v, %v", s, err)
	}
	single, err := postgres.ClaimOfDocument(t.Context(), pool, 1, id(9), id(1))
	if err != nil || single != (postgres.SingleClaim{Claim: id(1000), Decided: true, Alone: true}) {
		t.Errorf("claim of the document: got %+v, %v", single, err)
	}
	_, err = postgres.StatusByControl(t.Context(), pool, 1, 1)
	requireKind(t, err, claim.NotFound, "a number nobody has")
}
