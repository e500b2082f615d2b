-- Batches that are not complete, so that those whose workflow was never started are found without reading the rest.
create index batch_open_ix on batch (payer_id, created_at) where state <> 'complete';
