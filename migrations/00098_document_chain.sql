-- +goose Up
-- The certificates of a document key, the key's own first: kept for good, since
-- signed files are verified with them.

ALTER TABLE signing_keys ADD COLUMN chain BYTEA;

-- +goose Down
ALTER TABLE signing_keys DROP COLUMN chain;
