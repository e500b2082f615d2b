package server

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"unicode/utf8"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
)

// contentPolicy lets a page load its own style sheet and script, talk to its own server, and nothing else: no inline
// script or style, no other site, no frame.
const contentPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guard stands before every request: the host must be ours, a request that changes something must not come from a page
// of another site, every answer carries its safety headers, and a panic ends one request and not the server.
func (s *Server) guard(next http.Handler) http.Handler {
	origin := http.NewCrossOriginProtection()
	origin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.failAPI(w, r, claim.Errorf(claim.Forbidden, "a page of another site may not send requests here"))
	}))
	checked := origin.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		defer s.recovered(w, r)
		if !s.anyHost && !loopbackHost(r.Host) {
			s.failAPI(w, r, &statusError{http.StatusMisdirectedRequest, claim.Errorf(claim.Forbidden, "this server answers to localhost only")})
			return
		}
		if !utf8.ValidString(r.URL.Path) || strings.ContainsRune(r.URL.Path, 0) { // Postgres takes neither for a text
			s.failAPI(w, r, claim.Errorf(claim.Invalid, "a path is UTF-8 text, without a NUL character"))
			return
		}
		checked.ServeHTTP(w, r)
	})
}

// recovered answers for a handler that panicked. The value of a panic may quote data, so only its type and the stack
// are logged.
func (s *Server) recovered(w http.ResponseWriter, r *http.Request) {
	value := recover()
	if value == nil {
		return
	}
	if value == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so
		panic(value)
	}
	s.failAPI(w, r, fmt.Errorf("panic of type %T at %s", value, debug.Stack()))
}

// loopbackHost tells whether a Host header names this machine.
func loopbackHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}

type handler func(w http.ResponseWriter, r *http.Request) error

type payerHandler func(w http.ResponseWriter, r *http.Request, p postgres.Payer) error

// api answers errors as JSON.
func (s *Server) api(h handler) http.Handler { return adapter(h, s.failAPI) }

// page answers errors as a page.
func (s *Server) page(h handler) http.Handler { return adapter(h, s.failPage) }

func adapter(h handler, fail func(http.ResponseWriter, *http.Request, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			fail(w, r, err)
		}
	})
}

func (s *Server) payerAPI(h payerHandler) http.Handler  { return s.api(s.forPayer(h)) }
func (s *Server) payerPage(h payerHandler) http.Handler { return s.page(s.forPayer(h)) }

// forPayer finds the payer of the path. Every query that follows names its id, so that an id of another payer finds
// nothing.
func (s *Server) forPayer(h payerHandler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := postgres.PayerByCode(r.Context(), s.pool, r.PathValue("payer"))
		if err != nil {
			return err
		}
		return h(w, r, p)
	}
}
