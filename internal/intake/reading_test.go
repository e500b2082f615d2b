package intake_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/intake"
)

// told is a document that tells when it is at its end, and when it is closed.
type told struct {
	io.Reader
	ended, closed func()
}

func (s *told) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if errors.Is(err, io.EOF) && s.ended != nil {
		s.ended()
	}
	return n, err
}

func (s *told) Close() error {
	if s.closed != nil {
		s.closed()
	}
	return nil
}

// Somebody types, or a pipe is held open: a submission that is broken off does not wait for the next byte, nor does its transaction.
func TestASubmissionBrokenOffDoesNotWaitForItsReader(t *testing.T) {
	desk := newDesk(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	from, to := io.Pipe()
	defer to.Close()
	opened, ended := make(chan struct{}), make(chan error, 1)
	stuck := intake.Source{Name: "-", Stream: true, Open: func() (io.ReadCloser, error) {
		close(opened)
		return io.NopCloser(from), nil
	}}
	go func() {
		_, err := desk.Submit(ctx, harbor, []intake.Source{stuck})
		ended <- err
	}()
	select {
	case <-opened:
	case <-time.After(time.Minute):
		t.Fatal("the document was not opened within a minute")
	}
	cancel()
	select {
	case err := <-ended:
		if claim.KindOf(err) != claim.Unavailable {
			t.Errorf("got %v, want Unavailable", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("the submission goes on, a minute after it was broken off")
	}
	if held := desk.Pool.Stat().AcquiredConns(); held != 0 {
		t.Errorf("%d connections are still held", held)
	}
}

// The next document is read while one is, and its claims stand behind that one's all the same.
func TestADocumentReadFirstStandsWhereItWasSent(t *testing.T) {
	desk := newDesk(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	contents := [][]byte{document(t, 1, 30, 30), document(t, 2, 2100, 700), document(t, 3, 10, 10)}
	secondRead := make(chan struct{})
	sources := []intake.Source{source("first", contents[0]), source("second", contents[1]), source("third", contents[2])}
	sources[0].Open = func() (io.ReadCloser, error) {
		select {
		case <-secondRead:
			return io.NopCloser(bytes.NewReader(contents[0])), nil
		case <-ctx.Done():
			return nil, errors.New("the second document is not read meanwhile")
		}
	}
	sources[1].Open = func() (io.ReadCloser, error) {
		return &told{Reader: bytes.NewReader(contents[1]), closed: func() { close(secondRead) }}, nil
	}
	answer, err := desk.Submit(ctx, harbor, sources)
	if err != nil {
		t.Fatal(err)
	}
	rows := requireStaged(t, desk, answer.Batch, 2140)
	var got, want []int
	for i, r := range rows {
		if i == 0 || rows[i-1].Document != r.Document {
			got = append(got, i)
		}
	}
	if want = []int{0, 30, 2130}; !cmp.Equal(got, want) {
		t.Errorf("documents begin at claims %v, want %v", got, want)
	}
	for n, at := range want {
		if rows[at].Document != answer.Documents[n].Document {
			t.Errorf("document %d of the answer is not the one whose claims are staged there", n+1)
		}
	}
}

// A document that cannot be read ends the reading of the one behind it, which waits with more blocks than may wait.
func TestADocumentThatFailsEndsTheReadingOfTheNext(t *testing.T) {
	desk := newDesk(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var closed atomic.Bool
	reading := make(chan struct{})
	large := bytes.Repeat(document(t, 2, 4_500, 1_500), 3)
	sources := []intake.Source{
		{Name: "broken", Open: func() (io.ReadCloser, error) {
			select {
			case <-reading:
				return nil, errors.New("it is gone")
			case <-ctx.Done():
				return nil, errors.New("the second document is not read meanwhile")
			}
		}},
		{Name: "large", Open: func() (io.ReadCloser, error) {
			close(reading)
			return &told{Reader: bytes.NewReader(large), closed: func() { closed.Store(true) }}, nil
		}},
	}
	_, err := desk.Submit(ctx, harbor, sources)
	if claim.KindOf(err) != claim.Unavailable || !strings.Contains(err.Error(), "receiving broken: ") || !strings.Contains(err.Error(), "it is gone") {
		t.Errorf("got %v, want that the first document is gone", err)
	}
	if !closed.Load() || ctx.Err() != nil {
		t.Error("the second document is still open, or was for as long as the sender waits")
	}
}

// What is not there yet is opened when its turn comes: nobody waits for it when the document before it fails.
func TestAStreamIsOpenedInItsTurn(t *testing.T) {
	desk := newDesk(t)
	opened := false
	stream := source("stream", document(t, 2, 5, 5))
	open := stream.Open
	stream.Stream, stream.Open = true, func() (io.ReadCloser, error) {
		opened = true
		return open()
	}
	broken := source("broken", nil)
	broken.Open = func() (io.ReadCloser, error) { return nil, errors.New("it is gone") }
	if _, err := desk.Submit(t.Context(), harbor, []intake.Source{broken, stream}); err == nil || opened {
		t.Errorf("got %v, and the stream was opened: %v; want an error before that", err, opened)
	}
	good := source("good", document(t, 1, 5, 5))
	answer, err := desk.Submit(t.Context(), harbor, []intake.Source{stream, good, stream, good})
	if err != nil {
		t.Fatal(err)
	}
	requireStaged(t, desk, answer.Batch, 10)
}

// A fault of a parser ends the submission and nothing else, and what it says of the document stays unsaid.
func TestAPanicWhileReadingIsAnErrorOfTheDocument(t *testing.T) {
	desk := newDesk(t)
	broken := source("broken", nil)
	broken.Open = func() (io.ReadCloser, error) { panic("DOE JANE") }
	_, err := desk.Submit(t.Context(), harbor, []intake.Source{source("good", document(t, 1, 5, 5)), broken})
	if claim.KindOf(err) != claim.Internal || !strings.Contains(err.Error(), "receiving broken: ") || strings.Contains(err.Error(), "DOE") {
		t.Errorf("got %v, want Internal for the broken document, without a name", err)
	}
	if answer := submit(t, desk, document(t, 1, 5, 5)); answer.Claims != 5 || answer.Documents[0].Repeated {
		t.Errorf("the good document sent again: got %+v, want it received for the first time", answer)
	}
}

// Claims that are as large as a claim may be are copied a few at a time.
func TestLargeClaimsMakeShortBlocks(t *testing.T) {
	desk := newDesk(t)
	var copies atomic.Int32
	desk.Reach = func(stage intake.Stage) {
		if stage == intake.StageStaged {
			copies.Add(1)
		}
	}
	const claims, notes = 24, 6000
	content := document(t, 1, claims, claims)
	note := "NTE*ADD*" + strings.Repeat("long ago ", 8) + "~\n"
	content = regexp.MustCompile(`\nCLM\*[^~]*~\n`).ReplaceAllFunc(content, func(clm []byte) []byte {
		return append(bytes.Clone(clm), strings.Repeat(note, notes)...)
	})
	content = regexp.MustCompile(`\nSE\*[0-9]+`).ReplaceAllFunc(content, func(se []byte) []byte {
		segments, err := strconv.Atoi(string(se[len("\nSE*"):]))
		if err != nil {
			t.Fatal(err)
		}
		return strconv.AppendInt([]byte("\nSE*"), int64(segments+claims*notes), 10)
	})
	answer := submit(t, desk, content)
	requireStaged(t, desk, answer.Batch, claims)
	if n := copies.Load(); n < 2 {
		t.Errorf("%d MB were copied at once", len(content)>>20)
	}
}
