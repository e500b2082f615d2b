package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/assize/assize/internal/claim"
)

// DefaultListen is where a server listens unless told otherwise.
const DefaultListen = "127.0.0.1:8080"

// CheckListen refuses, with claim.Forbidden, an address that other machines can reach, unless behindProxy says that a
// proxy in front lets in only whom it should: the server itself asks nobody who they are. An address that is not
// host:port is claim.Invalid.
func CheckListen(listen string, behindProxy bool) error {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return claim.Errorf(claim.Invalid, "the address to listen on is host:port, such as %s", DefaultListen)
	}
	if behindProxy || strings.EqualFold(host, "localhost") {
		return nil
	}
	if address, err := netip.ParseAddr(host); err == nil && address.IsLoopback() {
		return nil
	}
	return claim.Errorf(claim.Forbidden,
		"%s can be reached by other machines, and this server asks nobody who they are: listen on 127.0.0.1, or say --behind-proxy when a proxy in front does", listen)
}

const (
	headerWithin = 5 * time.Second
	idleAtMost   = 2 * time.Minute
	headerBytes  = 32 << 10
	// answerWithin bounds a whole answer that is not a stream, which sets its own. It is longer than any document may
	// take to arrive.
	answerWithin = 20 * time.Minute
	// endWithin is how long requests at work may go on once the server is told to stop.
	endWithin = 25 * time.Second
)

// Serve answers requests on a listener until ctx ends, then lets those at work finish. It closes the listener.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	h := &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: headerWithin, WriteTimeout: answerWithin, IdleTimeout: idleAtMost, MaxHeaderBytes: headerBytes,
		ErrorLog: slog.NewLogLogger(s.logger.Handler(), slog.LevelError),
	}
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(listener) }()
	select {
	case err := <-ended:
		return claim.Errorf(claim.Unavailable, "serving HTTP: %w", err)
	case <-ctx.Done():
	}
	s.endOnce.Do(func() { close(s.ending) })
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), endWithin)
	defer cancel()
	if err := h.Shutdown(finish); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return claim.Errorf(claim.Unavailable, "ending requests at work: %w", errors.Join(err, h.Close()))
	}
	return nil
}
