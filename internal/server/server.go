package server

import (
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/sdk/client"

	"github.com/assize/assize/internal/intake"
	"github.com/assize/assize/internal/server/pages"
	"github.com/assize/assize/ledger"
	"github.com/assize/assize/workflows"
)

// Options are what a server works with. Everything but Logger is required.
type Options struct {
	Desk     *workflows.Desk
	Intake   *intake.Desk
	Temporal client.Client
	Signer   *ledger.Signer // of heads
	Logger   *slog.Logger   // nil discards
	// AnyHost takes requests whatever their Host says, for a server behind a proxy. Without it only loopback names are
	// taken, so that a page of another site cannot reach this server under a name of its own (DNS rebinding).
	AnyHost bool
}

// Server answers requests. It is safe for concurrent use.
type Server struct {
	desk     *workflows.Desk
	intake   *intake.Desk
	temporal client.Client
	signer   *ledger.Signer
	logger   *slog.Logger
	anyHost  bool
	pool     *pgxpool.Pool
	pages    *pages.Renderer
	limits   Limits

	streams chan struct{} // progress streams that are open
	ending  chan struct{} // closed when the server stops, which ends streams
	endOnce sync.Once

	figures figuresCache
}

// Limits bound what one request and all together may use.
type Limits struct {
	ClaimBytes    int64         // body of a single claim
	DocumentBytes int64         // body of a document
	ReviewBytes   int64         // body of a review
	ClaimRead     time.Duration // for a claim's or review's body to arrive
	DocumentRead  time.Duration // for a document's body to arrive
	// DecisionWait is how long a sender of a single claim is kept waiting; then the answer is "in process". CAQH CORE's
	// infrastructure rule allows 20 s for a real-time answer.
	DecisionWait time.Duration
	PageClaims   int // most claims, batches or cases of one answer
	Streams      int // progress streams open at once
}

// DefaultLimits are those of a server.
func DefaultLimits() Limits {
	return Limits{
		ClaimBytes: 1 << 20, DocumentBytes: 2 << 30, ReviewBytes: 64 << 10,
		ClaimRead: 10 * time.Second, DocumentRead: 15 * time.Minute, DecisionWait: 20 * time.Second,
		PageClaims: 1000, Streams: 64,
	}
}

// New returns a server. It starts nothing: see Serve.
func New(o Options) (*Server, error) {
	rendered, err := pages.New()
	if err != nil {
		return nil, err
	}
	s := &Server{
		desk: o.Desk, intake: o.Intake, temporal: o.Temporal, signer: o.Signer, logger: o.Logger, anyHost: o.AnyHost,
		pool: o.Desk.Pool, pages: rendered, limits: DefaultLimits(), ending: make(chan struct{}),
	}
	if s.logger == nil {
		s.logger = slog.New(slog.DiscardHandler)
	}
	s.streams = make(chan struct{}, s.limits.Streams)
	return s, nil
}

// Handler returns everything the server answers, behind its guards.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	s.routeAPI(mux)
	s.routePages(mux)
	return s.guard(mux)
}

// routeAPI names every payer by its code in the path: no request reaches two of them. What changes something is a POST, which guard
// lets no page of another site send.
func (s *Server) routeAPI(mux *http.ServeMux) {
	mux.Handle("GET /healthz", s.api(s.health))
	mux.Handle("GET /readyz", s.api(s.ready))
	mux.Handle("GET /api/v1/payers", s.api(s.listPayers))
	mux.Handle("GET /api/v1/ledger/key", s.api(s.headKey))
	const payer = "/api/v1/payers/{payer}"
	mux.Handle("POST "+payer+"/claims", s.payerAPI(s.postClaim))
	mux.Handle("GET "+payer+"/claims/{claim}", s.payerAPI(s.getClaim))
	mux.Handle("GET "+payer+"/claims/{claim}/replay", s.payerAPI(s.getReplay))
	mux.Handle("GET "+payer+"/claims/{claim}/receipt", s.payerAPI(s.getReceipt))
	mux.Handle("POST "+payer+"/batches", s.payerAPI(s.postBatch))
	mux.Handle("GET "+payer+"/batches", s.payerAPI(s.listBatches))
	mux.Handle("GET "+payer+"/batches/{batch}", s.payerAPI(s.getBatch))
	mux.Handle("GET "+payer+"/batches/{batch}/claims", s.payerAPI(s.listBatchClaims))
	mux.Handle("GET "+payer+"/batches/{batch}/events", s.payerAPI(s.streamBatch))
	mux.Handle("GET "+payer+"/cases", s.payerAPI(s.listCases))
	mux.Handle("POST "+payer+"/cases/{claim}/review", s.payerAPI(s.postReview))
	mux.Handle("GET "+payer+"/ledger/head", s.payerAPI(s.getHead))
	mux.Handle("/api/", s.api(noSuchPath))
}

// routePages only reads: a review needs a reason and what was found, and is sent by the API or the command.
func (s *Server) routePages(mux *http.ServeMux) {
	mux.Handle("GET /{$}", s.page(s.showHome))
	const payer = "/payers/{payer}"
	mux.Handle("GET "+payer+"/batches/{batch}", s.payerPage(s.showBatch))
	mux.Handle("GET "+payer+"/claims", s.payerPage(s.findClaimPage))
	mux.Handle("GET "+payer+"/claims/{claim}", s.payerPage(s.showClaim))
	mux.Handle("GET "+payer+"/claims/{claim}/replay", s.payerPage(s.showReplay))
	mux.Handle("GET "+payer+"/cases", s.payerPage(s.showCases))
	mux.Handle("GET /static/{name}", s.page(s.showStatic))
	mux.Handle("/", s.page(noSuchPath))
}
