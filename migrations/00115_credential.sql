-- +goose Up
-- What proves a certificate beside its PDF, and its place in the transparency log,
-- which is its place in the status lists too.

CREATE TABLE certificate_credentials (
    certificate_id TEXT PRIMARY KEY CONSTRAINT certificate_credentials_certificate REFERENCES certificates (id) ON DELETE RESTRICT,
    json           BYTEA NOT NULL,
    jwt            TEXT NOT NULL
);

ALTER TABLE certificates ADD COLUMN log_position BIGINT;
CREATE UNIQUE INDEX certificates_log_position ON certificates (log_position) WHERE log_position IS NOT NULL;
CREATE INDEX certificates_ended ON certificates (log_position) WHERE state IN ('superseded', 'revoked');

-- +goose Down
DROP INDEX certificates_ended;
DROP INDEX certificates_log_position;
ALTER TABLE certificates DROP COLUMN log_position;
DROP TABLE certificate_credentials;
