-- +goose Up
-- Pictures of signatories' signatures that certificates print, by the SHA-256 of the
-- picture, which frozen facts name. None is ever changed or deleted.
CREATE TABLE certificate_signatures (
    hash     TEXT PRIMARY KEY CHECK (length(hash) = 64),
    png      BYTEA NOT NULL,
    added_at TIMESTAMP NOT NULL
);

-- +goose Down
DROP TABLE certificate_signatures;
