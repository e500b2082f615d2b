package postgres

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
)

// Payer is one insurer of the installation.
type Payer struct {
	ID       claim.PayerID `json:"id"`
	Code     string        `json:"code"`
	Name     string        `json:"name"`
	TimeZone string        `json:"timeZone"` // IANA name; civil dates of receipt are taken there
}

// AddPayer adds a payer. It returns claim.Conflict when its number or code is set up already.
func AddPayer(ctx context.Context, tx pgx.Tx, p Payer) error {
	tag, err := tx.Exec(ctx, `
		insert into payer (payer_id, code, name, time_zone)
		values ($1, $2, $3, $4)
		on conflict do nothing`, p.ID, p.Code, p.Name, p.TimeZone)
	if err == nil && tag.RowsAffected() == 0 {
		return claim.Errorf(claim.Conflict, "a payer of number %d or code %s is set up here already", p.ID, p.Code)
	}
	return failed(err, "adding payer %d", p.ID)
}

// Payers lists the payers in order of id.
func Payers(ctx context.Context, q Querier) ([]Payer, error) {
	rows, err := q.Query(ctx, `select payer_id, code, name, time_zone from payer order by payer_id`)
	if err != nil {
		return nil, failed(err, "listing payers")
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p Payer, err error) {
		return p, row.Scan(&p.ID, &p.Code, &p.Name, &p.TimeZone)
	})
	return list, failed(err, "listing payers")
}

// PayerByCode finds a payer. It returns claim.NotFound when there is none.
func PayerByCode(ctx context.Context, q Querier, code string) (Payer, error) {
	var p Payer
	err := q.QueryRow(ctx, `select payer_id, code, name, time_zone from payer where code = $1`, code).
		Scan(&p.ID, &p.Code, &p.Name, &p.TimeZone)
	if errors.Is(err, pgx.ErrNoRows) {
		return p, claim.Errorf(claim.NotFound, "payer %q is not set up here", code)
	}
	return p, failed(err, "finding payer %q", code)
}

// PayerByID finds a payer. It returns claim.NotFound when there is none.
func PayerByID(ctx context.Context, q Querier, id claim.PayerID) (Payer, error) {
	p := Payer{ID: id}
	err := q.QueryRow(ctx, `select code, name, time_zone from payer where payer_id = $1`, id).Scan(&p.Code, &p.Name, &p.TimeZone)
	if errors.Is(err, pgx.ErrNoRows) {
		return p, claim.Errorf(claim.NotFound, "payer %d is not set up here", id)
	}
	return p, failed(err, "finding payer %d", id)
}

// DigestOf is the name of an artifact: the SHA-256 of its content.
func DigestOf(content []byte) claim.Digest { return sha256.Sum256(content) }

// Artifact kinds besides the reference tables, whose kind is their claim.FactKind.
const (
	ContractArtifact = "contract"
	ModelArtifact    = "model"
	CardArtifact     = "modelCard"
	SnapshotArtifact = "snapshot"
)

// Binding says which artifact a payer uses for a kind, and for which dates of service.
type Binding struct {
	Kind          string
	Digest        claim.Digest
	From, Through claim.Date
}

// StoreArtifact keeps content under its digest. The same content again is nothing new.
func StoreArtifact(ctx context.Context, tx pgx.Tx, kind string, digest claim.Digest, content []byte) error {
	_, err := tx.Exec(ctx, `insert into artifact (digest, kind, content) values ($1, $2, $3) on conflict (digest) do nothing`,
		digest[:], kind, content)
	return failed(err, "storing %s artifact %x", kind, digest[:6])
}

// LoadArtifact returns the content of a digest, or claim.NotFound.
func LoadArtifact(ctx context.Context, q Querier, digest claim.Digest) ([]byte, error) {
	var content []byte
	err := q.QueryRow(ctx, `select content from artifact where digest = $1`, digest[:]).Scan(&content)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, claim.Errorf(claim.NotFound, "artifact %x is not stored here", digest[:6])
	}
	return content, failed(err, "loading artifact %x", digest[:6])
}

// Bind makes an artifact the one a payer uses for a kind from now on. Earlier bindings stay known.
func Bind(ctx context.Context, tx pgx.Tx, payer claim.PayerID, b Binding) error {
	_, err := tx.Exec(ctx, `
		insert into payer_reference (payer_id, kind, valid_from, valid_through, digest)
		values ($1, $2, $3, $4, $5)`, payer, b.Kind, b.From, b.Through, b.Digest[:])
	return failed(err, "binding %s to payer %d", b.Kind, payer)
}

// Bindings lists what a payer uses as known at a moment: of each kind the binding made last.
func Bindings(ctx context.Context, q Querier, payer claim.PayerID, knownAt time.Time) ([]Binding, error) {
	rows, err := q.Query(ctx, `
		select distinct on (kind) kind, digest, valid_from, valid_through
		from payer_reference
		where payer_id = $1 and known_from <= $2
		order by kind, known_from desc`, payer, knownAt)
	if err != nil {
		return nil, failed(err, "listing references of payer %d", payer)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (b Binding, err error) {
		var digest []byte
		err = row.Scan(&b.Kind, &digest, &b.From, &b.Through)
		copy(b.Digest[:], digest)
		return b, err
	})
	return list, failed(err, "listing references of payer %d", payer)
}

// Plans returns every plan of a payer, by code.
func Plans(ctx context.Context, q Querier, payer claim.PayerID) (map[string][]claim.Plan, error) {
	rows, err := q.Query(ctx, `select terms from plan where payer_id = $1 order by code, valid_from`, payer)
	if err != nil {
		return nil, failed(err, "reading plans of payer %d", payer)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p claim.Plan, err error) {
		var terms []byte
		if err = row.Scan(&terms); err != nil {
			return p, err
		}
		if err := claim.DecodeWhole(bytes.NewReader(terms), &p); err != nil {
			// No fault of whoever sent the claims: they wait until it is mended.
			return p, claim.Errorf(claim.Internal, "terms that were stored do not read: %w", err)
		}
		return p, nil
	})
	if err != nil {
		return nil, failed(err, "reading plans of payer %d", payer)
	}
	plans := map[string][]claim.Plan{}
	for _, p := range list {
		plans[p.Code] = append(plans[p.Code], p)
	}
	return plans, nil
}
