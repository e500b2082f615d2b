package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
)

// law is a count that must be zero at every moment, whatever dies.
type law struct {
	text string
	sql  string // counts what breaks it, of payer $1
}

// laws hold at every moment: each compares two places where the same thing is kept.
func laws() []law {
	return []law{
		{"batches whose claims are not all staged before they are complete, and none afterwards", `
			select count(*) from batch b where payer_id = $1 and case state when 'complete' then 0 else claims end <>
				(select count(*) from staged_claim s where s.payer_id = b.payer_id and s.batch_id = b.batch_id)`},
		{"batches that are complete and have another number of decided claims", `
			select count(*) from batch b where payer_id = $1 and state = 'complete' and claims <>
				(select count(*) from claim c where c.payer_id = b.payer_id and c.batch_id = b.batch_id)`},
		{"batches whose chunks recorded another number of claims", `
			select count(*) from batch b where payer_id = $1 and
				(select coalesce(sum(claims), 0) from chunk_done d where d.payer_id = b.payer_id and d.batch_id = b.batch_id) <>
				(select count(*) from claim c where c.payer_id = b.payer_id and c.batch_id = b.batch_id)`},
		{"batches whose documents have another number of claims", `
			select count(*) from batch b where payer_id = $1 and claims <>
				(select coalesce(sum(claims), 0) from document d where d.payer_id = b.payer_id and d.batch_id = b.batch_id)`},
		{"documents of complete batches that have another number of decided claims", `
			select count(*) from document d
			join batch b using (payer_id, batch_id)
			left join (select document_id, count(*) as claims from claim where payer_id = $1 group by document_id) c using (document_id)
			where payer_id = $1 and b.state = 'complete' and d.claims <> coalesce(c.claims, 0)`},
		{"claims whose document came with another batch, or was received on another day", `
			select count(*) from (
				select document_id, batch_id, received from claim where payer_id = $1
				union all
				select document_id, batch_id, received from staged_claim where payer_id = $1) c
			where not exists (
				select from document d
				where d.payer_id = $1 and d.document_id = c.document_id and d.batch_id = c.batch_id and d.received = c.received)`},
		{"documents whose batch is not there", `
			select count(*) from document d where payer_id = $1 and not exists (
				select from batch b where b.payer_id = d.payer_id and b.batch_id = d.batch_id)`},
		{"decided claims that are not the staged ones of their batch", `
			select count(*) from claim c join batch b using (payer_id, batch_id) where payer_id = $1 and b.state <> 'complete' and not exists (
				select from staged_claim s where s.payer_id = c.payer_id and s.batch_id = c.batch_id and s.claim_id = c.claim_id and
					s.control_number = c.control_number and s.document_id = c.document_id and s.position = c.position)`},
		{"control numbers, or places in a document, that two claims have", `
			with every as (
				select claim_id, control_number, document_id, position from claim where payer_id = $1
				union
				select claim_id, control_number, document_id, position from staged_claim where payer_id = $1)
			select 2 * count(*) - count(distinct control_number) - count(distinct (document_id, position)) from every`},
		{"claims without an entry of theirs, or entries without a claim", `
			select (select count(*) from claim c where payer_id = $1 and not exists (
					select from ledger_entry e where e.payer_id = c.payer_id and e.entry_id = c.entry_id and e.claim_id = c.claim_id)) +
				(select count(*) from ledger_entry e where payer_id = $1 and not exists (
					select from claim c where c.payer_id = e.payer_id and c.claim_id = e.claim_id) and chain = 1)`},
		{"sealed records without an entry, or entries without a sealed record", `
			select count(*) from (select * from ledger_entry where chain = 1) e full join evidence v using (payer_id, entry_id)
			where payer_id = $1 and (e.entry_id is null or v.entry_id is null)`},
		{"pended claims without an open case and a running clock, or others with one", `
			select count(*) from claim c
			left join pend_case p on p.payer_id = c.payer_id and p.claim_id = c.claim_id and p.closed_at is null
			left join clock k on k.payer_id = c.payer_id and k.claim_id = c.claim_id and k.stopped_at is null
			where c.payer_id = $1 and ((c.outcome = 'pend') <> (p.claim_id is not null) or (c.outcome = 'pend') <> (k.claim_id is not null))`},
		{"reviews that name an entry which is not their claim's", `
			select count(*) from review_action r where payer_id = $1 and entry_id is not null and not exists (
				select from ledger_entry e where e.payer_id = r.payer_id and e.entry_id = r.entry_id and e.claim_id = r.claim_id)`},
		{"plans that are not of the batch's claims, each once", `
			select count(*) from batch b
			cross join lateral (
				select count(distinct c.ord) as chunks, count(planned) as claims, count(distinct planned) as different
				from chunk c cross join unnest(c.claims) as planned
				where c.payer_id = b.payer_id and c.batch_id = b.batch_id) plan
			where payer_id = $1 and state <> 'staged' and
				(b.claims <> plan.claims or b.claims <> plan.different or b.chunks <> plan.chunks)`},
	}
}

// settledLaws hold when nothing is at work.
func settledLaws() []law {
	return []law{
		{"batches that are not complete", `select count(*) from batch where payer_id = $1 and state <> 'complete'`},
		{"claims that are still staged", `select count(*) from staged_claim where payer_id = $1`},
	}
}

// Disagreements counts what is kept in two places and does not agree: each text says how many of what. settled says that
// nothing is at work, and that every batch must be complete. tx sees one moment: a check while something commits must not
// see half of it.
func Disagreements(ctx context.Context, tx pgx.Tx, payer claim.PayerID, settled bool) (found []string, err error) {
	all := laws()
	if settled {
		all = append(all, settledLaws()...)
	}
	for _, l := range all {
		var broken int
		if err := tx.QueryRow(ctx, l.sql, payer).Scan(&broken); err != nil {
			return found, failed(err, "counting %s of payer %d", l.text, payer)
		}
		if broken != 0 {
			found = append(found, fmt.Sprintf("%d %s", broken, l.text))
		}
	}
	return found, nil
}
