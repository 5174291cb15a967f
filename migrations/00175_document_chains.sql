-- +goose Up
-- Every chain of certificates that a document key had, from its first renewal on: the
-- one that signs is in signing_keys. Kept for good, since signed files are verified
-- with them.
CREATE TABLE document_chains (
    key_id   TEXT NOT NULL CONSTRAINT document_chains_key REFERENCES signing_keys (id) ON DELETE RESTRICT,
    -- SHA-256 of the chain, in hex.
    hash     TEXT NOT NULL CHECK (length(hash) = 64),
    chain    BYTEA NOT NULL,
    added_at TIMESTAMP NOT NULL,
    PRIMARY KEY (key_id, hash)
);

-- +goose Down
DROP TABLE document_chains;
