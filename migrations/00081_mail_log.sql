-- +goose Up
-- What mail was meant for whom, and what became of it: no text and no link.
CREATE TABLE mail_log (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind <> ''),
    person_id  TEXT CONSTRAINT mail_log_person REFERENCES people (id) ON DELETE RESTRICT,
    address    TEXT NOT NULL,
    -- The address without case and accents, as lists are searched.
    search     TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed', 'dead')),
    reason     TEXT NOT NULL DEFAULT '',
    queued_at  TIMESTAMP NOT NULL,
    settled_at TIMESTAMP,
    CHECK ((state = 'queued') = (settled_at IS NULL))
);
CREATE INDEX mail_log_person ON mail_log (person_id, id);
CREATE INDEX mail_log_state ON mail_log (state, id);
CREATE INDEX mail_log_queued_at ON mail_log (queued_at);

-- +goose Down
DROP TABLE mail_log;
