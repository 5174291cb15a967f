-- +goose Up
-- The transparency log: an append-only Merkle tree (RFC 6962) over hashes of what
-- happened to certificates. Nothing in it is ever changed or deleted.

CREATE TABLE translog_state (
    id   BIGINT PRIMARY KEY CHECK (id = 1),
    size BIGINT NOT NULL CHECK (size >= 0)
);
INSERT INTO translog_state (id, size) VALUES (1, 0);

CREATE TABLE translog_leaves (
    position BIGINT PRIMARY KEY CHECK (position >= 0),
    kind     TEXT NOT NULL CHECK (kind IN ('facts', 'document', 'superseded', 'revoked', 'reinstated')),
    -- The certificate. Not in the leaf itself: the log names nobody.
    subject  TEXT NOT NULL CHECK (subject <> ''),
    hash     TEXT NOT NULL CHECK (length(hash) = 64),
    added_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX translog_leaves_once ON translog_leaves (subject, kind, hash);

-- The hashes of the tree, in the order in which they come about (tlog).
CREATE TABLE translog_hashes (
    position BIGINT PRIMARY KEY CHECK (position >= 0),
    hash     BYTEA NOT NULL
);

-- +goose Down
DROP TABLE translog_hashes;
DROP TABLE translog_leaves;
DROP TABLE translog_state;
