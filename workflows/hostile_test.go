package workflows_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/intake"
	"github.com/assize/assize/internal/intake/flat"
	"github.com/assize/assize/internal/postgres"
)

// spoil changes one value of a claim, found at random, into something nobody means.
func spoil(random *rand.Rand, c *claim.Claim) {
	var places []reflect.Value
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i))
			}
		case reflect.Slice:
			places = append(places, v)
			for i := range v.Len() {
				walk(v.Index(i))
			}
		default:
			places = append(places, v)
		}
	}
	walk(reflect.ValueOf(c).Elem())
	texts := []string{"", " ", "0", "ZZZ", "99999", "É\u200b", "'; drop table claim --", "{}", strings.Repeat("9", 300), strings.Repeat("A", 5000), "7", "8", "S", "\u2028"}
	numbers := []int64{0, 1, -1, 10101, 99991231, 20240229, 1 << 30, int64(claim.MaxCents), 999}
	switch v := places[random.IntN(len(places))]; v.Kind() {
	case reflect.String:
		v.SetString(texts[random.IntN(len(texts))])
	case reflect.Slice:
		if n := v.Len(); n > 0 {
			v.Set(reflect.AppendSlice(v, v.Slice(0, 1+random.IntN(n))))
		}
	case reflect.Bool:
		v.SetBool(!v.Bool())
	default:
		v.SetInt(numbers[random.IntN(len(numbers))])
	}
}

// whole makes a spoilt claim agree with itself again, so that intake does not refuse it for its sums and numbers alone.
func whole(c *claim.Claim) {
	c.Charge = 0
	for i := range c.Lines {
		c.Lines[i].Number = i + 1
		c.Charge += c.Lines[i].Charge
	}
}

// Whatever intake lets in is decided one way or another, is on the ledger, and holds nothing up.
func TestNothingThatIntakeAcceptsHoldsUpABatch(t *testing.T) {
	x := newOffice(t, terms{})
	random := rand.New(rand.NewPCG(5, 6))
	const n = 1500
	var claims []claim.Claim
	for sim := range x.world.Claims(1) {
		for range 3 {
			var c claim.Claim
			again(t, x, &sim.Claim, &c)
			for range 1 + random.IntN(3) {
				spoil(random, &c)
			}
			whole(&c)
			claims = append(claims, c)
		}
		if len(claims) >= n {
			break
		}
	}
	var b bytes.Buffer
	if err := flat.WriteNDJSON(&b, claims...); err != nil {
		t.Fatal(err)
	}
	p := x.world.Payer(1)
	desk := &intake.Desk{Pool: x.pool, Codec: x.desk.Codec, Now: x.desk.Now}
	source := intake.Source{Name: "hostile", Received: receivedOn, Open: func() (io.ReadCloser, error) { return io.NopCloser(&b), nil }}
	answer, err := desk.Submit(t.Context(), postgres.Payer{ID: 1, Code: p.Code, TimeZone: p.TimeZone}, []intake.Source{source})
	if err != nil {
		t.Fatal(err)
	}
	if answer.Claims < n/5 {
		t.Fatalf("only %d of %d claims were let in", answer.Claims, n)
	}
	x.desk.ChunkSize = 200
	if _, err := x.desk.Plan(t.Context(), 1, answer.Batch); err != nil {
		t.Fatal(err)
	}
	x.finish(x.desk, 1, answer.Batch)
	outcomes := map[claim.Outcome]int{}
	for _, s := range x.statuses(1, answer.Batch) {
		outcomes[s.Outcome]++
		for _, reason := range s.PendReasons {
			if strings.HasPrefix(reason, "fault:") {
				t.Errorf("claim %s: %s", s.ClaimID, reason)
			}
		}
	}
	t.Logf("%d of %d claims were let in: %v", answer.Claims, n, outcomes)
	if outcomes[claim.Pay] == 0 || outcomes[claim.Deny] == 0 || outcomes[claim.Pend] == 0 {
		t.Errorf("outcomes %v: want some of each", outcomes)
	}
	x.audit()
}

// again copies a claim so that nothing is shared with the world.
func again(t *testing.T, x *office, from, to *claim.Claim) {
	t.Helper()
	encoded, err := x.desk.Codec.Encode(from)
	if err == nil {
		err = x.desk.Codec.Decode(encoded, to)
	}
	if err != nil {
		t.Fatal(err)
	}
}
