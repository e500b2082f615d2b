package intake_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/intake"
)

func TestTheSameDocumentAgainGivesTheFirstAnswer(t *testing.T) {
	desk := newDesk(t)
	content := document(t, 1, 40, 10)
	first := submit(t, desk, content)
	requireStaged(t, desk, first.Batch, 40)
	again := submit(t, desk, content)
	if again.Batch != uuid.Nil || again.Claims != 0 {
		t.Errorf("a repetition made batch %s of %d claims", again.Batch, again.Claims)
	}
	got, want := again.Documents[0], first.Documents[0]
	if !got.Repeated || got.Document != want.Document || got.Batch != want.Batch || got.Claims != want.Claims {
		t.Errorf("got %+v, want the first answer %+v", got, want)
	}
	requireStaged(t, desk, first.Batch, 40)
	var batches int
	if err := desk.Pool.QueryRow(t.Context(), `select count(*) from batch`).Scan(&batches); err != nil {
		t.Fatal(err)
	}
	if batches != 1 {
		t.Errorf("got %d batches, want 1", batches)
	}
}

func TestTheSameDocumentFromAnotherPayerIsNew(t *testing.T) {
	desk := newDesk(t)
	content := document(t, 1, 10, 10)
	submit(t, desk, content)
	other := harbor
	other.ID, other.Code = 2, "SUMMIT"
	answer, err := desk.Submit(t.Context(), other, []intake.Source{source("same", content)})
	if err != nil {
		t.Fatal(err)
	}
	if answer.Documents[0].Repeated || answer.Claims != 10 {
		t.Errorf("got %+v: payers must not see one another's documents", answer)
	}
}

func TestOneByteMoreIsAnotherDocument(t *testing.T) {
	desk := newDesk(t)
	content := document(t, 1, 10, 10)
	submit(t, desk, content)
	if answer := submit(t, desk, append(slices.Clone(content), '\n')); answer.Documents[0].Repeated {
		t.Error("taken for a repetition")
	}
}

// Claims are copied 2,000 at a time. What of a rejected set was copied already is taken back as well.
func TestDocumentsOfOneBatchOfWhichSomeAreRepetitions(t *testing.T) {
	desk := newDesk(t)
	a, b, c := document(t, 1, 2010, 1000), document(t, 2, 15, 15), document(t, 3, 5, 5)
	first := submit(t, desk, b)
	answer := submit(t, desk, a, b, a, c)
	var repeated []bool
	for _, d := range answer.Documents {
		repeated = append(repeated, d.Repeated)
	}
	if diff := cmp.Diff([]bool{false, true, true, false}, repeated); diff != "" {
		t.Errorf("repeated (-want +got):\n%s", diff)
	}
	if got := answer.Documents[1].Batch; got != first.Batch {
		t.Errorf("the document received before is of batch %s, want %s", got, first.Batch)
	}
	if answer.Documents[2].Document != answer.Documents[0].Document {
		t.Error("the document sent twice in one batch is two documents")
	}
	if answer.Claims != 2015 {
		t.Errorf("answered %d claims, want 2,015", answer.Claims)
	}
	documents := map[uuid.UUID]int{}
	for _, r := range requireStaged(t, desk, answer.Batch, 2015) {
		documents[r.Document]++
	}
	want := map[uuid.UUID]int{answer.Documents[0].Document: 2010, answer.Documents[3].Document: 5}
	if diff := cmp.Diff(want, documents); diff != "" {
		t.Errorf("claims by document (-want +got):\n%s", diff)
	}
}

func TestOneDocumentOnManyConnectionsAtOnceIsReceivedOnce(t *testing.T) {
	const senders = 4
	desk := newDesk(t)
	shared := document(t, 1, 60, 20)
	own := make([][]byte, senders)
	for i := range own {
		own[i] = document(t, uint64(10+i), 5, 5)
	}
	answers, failures := make([]intake.Submission, senders), make([]error, senders)
	var wait sync.WaitGroup
	for i := range senders {
		wait.Go(func() {
			answers[i], failures[i] = desk.Submit(t.Context(), harbor, []intake.Source{source("shared", shared), source("own", own[i])})
		})
	}
	wait.Wait()
	if err := errors.Join(failures...); err != nil {
		t.Fatalf("a document received elsewhere at the same moment is a repetition, not an error: %v", err)
	}
	fresh, documents := 0, map[claim.ID]bool{}
	for _, a := range answers {
		want := 5
		if !a.Documents[0].Repeated {
			fresh++
			want = 65
		}
		documents[a.Documents[0].Document] = true
		requireStaged(t, desk, a.Batch, want)
	}
	if fresh != 1 || len(documents) != 1 {
		t.Errorf("received %d times, known as %d documents", fresh, len(documents))
	}
}
