package server

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/assize/assize/internal/claim"
)

// readBody reads a small body whole, within its size and time.
func (s *Server) readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	var body bytes.Buffer
	if err := copyBody(&body, w, r, limit, s.limits.ClaimRead); err != nil {
		return nil, err
	}
	return body.Bytes(), nil
}

// copyBody reads the body into a sink. Its deadline is lifted afterwards: net/http goes on reading to notice a caller who
// hangs up, and would take a deadline for that.
func copyBody(to io.Writer, w http.ResponseWriter, r *http.Request, limit int64, within time.Duration) error {
	control := http.NewResponseController(w)
	if err := setReadDeadline(control, time.Now().Add(within)); err != nil {
		return err
	}
	kept := &sink{to: to}
	if _, err := io.Copy(kept, http.MaxBytesReader(w, r.Body, limit)); err != nil {
		if kept.err != nil {
			return claim.Errorf(claim.Unavailable, "keeping the body: %w", kept.err)
		}
		return claim.Errorf(claim.Invalid, "reading the body: %w", err)
	}
	return setReadDeadline(control, time.Time{})
}

// sink remembers why it could take no more: a full disk is ours to mend, and the sender's to try again.
type sink struct {
	to  io.Writer
	err error
}

// Write implements io.Writer.
func (s *sink) Write(p []byte) (int, error) {
	n, err := s.to.Write(p)
	s.err = err
	return n, err
}

// setReadDeadline leaves alone a writer that has no connection, as tests use.
func setReadDeadline(control *http.ResponseController, at time.Time) error {
	if err := control.SetReadDeadline(at); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return claim.Errorf(claim.Internal, "setting the time a body may take: %w", err)
	}
	return nil
}

// spooled is a body on disk. The file has no name any more, so that nothing of it stays when the process dies.
type spooled struct{ file *os.File }

// spool writes the body to disk first: while a slow sender takes their time no transaction is held open for them.
func (s *Server) spool(w http.ResponseWriter, r *http.Request) (*spooled, error) {
	file, err := os.CreateTemp("", "assize-body-")
	if err != nil {
		return nil, claim.Errorf(claim.Unavailable, "keeping the body: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, errors.Join(claim.Errorf(claim.Unavailable, "keeping the body: %w", err), file.Close())
	}
	if err := copyBody(file, w, r, s.limits.DocumentBytes, s.limits.DocumentRead); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &spooled{file}, nil
}

// Open reads the body from its beginning.
func (s *spooled) Open() (io.ReadCloser, error) {
	info, err := s.file.Stat()
	if err != nil {
		return nil, err
	}
	return io.NopCloser(io.NewSectionReader(s.file, 0, info.Size())), nil
}

// Close removes the body.
func (s *spooled) Close() error { return s.file.Close() }

func bufioOf(body []byte) *bufio.Reader { return bufio.NewReader(bytes.NewReader(body)) }
