-- +goose Up
-- Signing keys: private halves sealed, public halves kept for good.

CREATE TABLE signing_keys (
    id                TEXT PRIMARY KEY,
    purpose           TEXT NOT NULL CHECK (purpose IN ('session', 'document', 'credential', 'log')),
    public            BYTEA NOT NULL,
    sealed            BYTEA NOT NULL,
    created_at        TIMESTAMP NOT NULL,
    retired_at        TIMESTAMP,
    not_trusted_after TIMESTAMP
);
CREATE UNIQUE INDEX signing_keys_current ON signing_keys (purpose) WHERE retired_at IS NULL;
CREATE INDEX signing_keys_purpose ON signing_keys (purpose, created_at);

-- +goose Down
DROP TABLE signing_keys;
