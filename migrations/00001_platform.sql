-- +goose Up
-- What the platform itself needs: settings, the job queue, periodic work.

CREATE TABLE settings (
    name       TEXT PRIMARY KEY,
    value      TEXT NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

CREATE TABLE jobs (
    id           TEXT PRIMARY KEY,
    kind         TEXT NOT NULL,
    payload      TEXT NOT NULL,
    unique_key   TEXT,
    state        TEXT NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'running', 'dead')),
    run_at       TIMESTAMP NOT NULL,
    attempts     BIGINT NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    max_attempts BIGINT NOT NULL CHECK (max_attempts > 0),
    lease        TEXT,
    leased_until TIMESTAMP,
    last_error   TEXT,
    created_at   TIMESTAMP NOT NULL,
    died_at      TIMESTAMP,
    CHECK ((state = 'running') = (lease IS NOT NULL)),
    CHECK ((state = 'dead') = (died_at IS NOT NULL))
);
-- A dead job keeps its key for the record but no longer stands in the way.
CREATE UNIQUE INDEX jobs_unique_key ON jobs (unique_key) WHERE unique_key IS NOT NULL AND state <> 'dead';
CREATE INDEX jobs_dead_key ON jobs (unique_key) WHERE unique_key IS NOT NULL AND state = 'dead';
CREATE INDEX jobs_due ON jobs (state, run_at, id);

CREATE TABLE periodic_work (
    name         TEXT PRIMARY KEY,
    next_at      TIMESTAMP NOT NULL,
    ran_at       TIMESTAMP,
    lease        TEXT,
    leased_until TIMESTAMP,
    last_error   TEXT
);

-- Forms that were acted on, by hash: sent again, they do nothing.
CREATE TABLE form_posts (
    key TEXT PRIMARY KEY,
    at  TIMESTAMP NOT NULL
);
CREATE INDEX form_posts_at ON form_posts (at);

CREATE TABLE outbox_mails (
    id         TEXT PRIMARY KEY,
    recipient  TEXT NOT NULL,
    subject    TEXT NOT NULL,
    html       TEXT NOT NULL,
    plain      TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE audit_events (
    id            TEXT PRIMARY KEY,
    occurred_at   TIMESTAMP NOT NULL,
    actor_id      TEXT NOT NULL,
    action        TEXT NOT NULL,
    object_kind   TEXT NOT NULL,
    object_id     TEXT NOT NULL,
    details_hash  TEXT NOT NULL,
    seq           BIGINT,
    previous_hash TEXT,
    hash          TEXT,
    sealed_at     TIMESTAMP
);
CREATE UNIQUE INDEX audit_events_seq ON audit_events (seq) WHERE seq IS NOT NULL;
CREATE INDEX audit_events_unsealed ON audit_events (id) WHERE seq IS NULL;
CREATE INDEX audit_events_object ON audit_events (object_kind, object_id, id);
CREATE INDEX audit_events_actor ON audit_events (actor_id, id);
CREATE INDEX audit_events_action ON audit_events (action, id);

-- The part of an event that may be erased without breaking the chain.
CREATE TABLE audit_details (
    event_id   TEXT PRIMARY KEY CONSTRAINT audit_details_event REFERENCES audit_events (id) ON DELETE RESTRICT,
    salt       TEXT NOT NULL,
    details    TEXT NOT NULL,
    ip         TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    request_id TEXT NOT NULL
);

-- +goose Down
DROP TABLE audit_details;
DROP TABLE audit_events;
DROP TABLE outbox_mails;
DROP TABLE form_posts;
DROP TABLE periodic_work;
DROP TABLE jobs;
DROP TABLE settings;
