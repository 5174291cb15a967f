-- +goose Up
-- Policies in versions, requests from people, and accommodations.

CREATE TABLE policies (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL CHECK (name IN ('terms', 'privacy', 'refund', 'grievance', 'accommodation')),
    version      BIGINT NOT NULL CHECK (version > 0),
    title        TEXT NOT NULL,
    body         TEXT NOT NULL,
    note         TEXT NOT NULL,
    published_by TEXT,
    published_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX policies_name_version ON policies (name, version);

CREATE TABLE requests (
    id          TEXT PRIMARY KEY,
    reference   TEXT NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('help', 'accommodation', 'grievance', 'refund')),
    state       TEXT NOT NULL CHECK (state IN ('open', 'answered', 'closed')),
    person_id   TEXT CONSTRAINT requests_person REFERENCES people (id) ON DELETE RESTRICT,
    name        TEXT NOT NULL,
    email       TEXT NOT NULL,
    about       TEXT NOT NULL,
    body        TEXT NOT NULL,
    outcome     TEXT NOT NULL,
    -- Name, address and reference without case and accents, as lists are searched.
    search      TEXT NOT NULL,
    due_at      TIMESTAMP NOT NULL,
    created_at  TIMESTAMP NOT NULL,
    answered_at TIMESTAMP,
    closed_at   TIMESTAMP
);
CREATE UNIQUE INDEX requests_reference ON requests (reference);
CREATE INDEX requests_state ON requests (state, id);
CREATE INDEX requests_due_at ON requests (due_at, id);
CREATE INDEX requests_person_id ON requests (person_id, id);

CREATE TABLE request_messages (
    id         TEXT PRIMARY KEY,
    request_id TEXT NOT NULL CONSTRAINT request_messages_request REFERENCES requests (id) ON DELETE RESTRICT,
    author_id  TEXT,
    internal   BOOLEAN NOT NULL,
    body       TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX request_messages_request_id ON request_messages (request_id, id);

CREATE TABLE accommodations (
    id                 TEXT PRIMARY KEY,
    person_id          TEXT NOT NULL CONSTRAINT accommodations_person REFERENCES people (id) ON DELETE RESTRICT,
    course_id          TEXT CONSTRAINT accommodations_course REFERENCES courses (id) ON DELETE RESTRICT,
    request_id         TEXT CONSTRAINT accommodations_request REFERENCES requests (id) ON DELETE RESTRICT,
    extra_time_percent BIGINT NOT NULL CHECK (extra_time_percent BETWEEN 0 AND 300),
    extra_attempts     BIGINT NOT NULL CHECK (extra_attempts BETWEEN 0 AND 10),
    reason             TEXT NOT NULL,
    granted_by         TEXT NOT NULL CONSTRAINT accommodations_granted_by REFERENCES people (id) ON DELETE RESTRICT,
    granted_at         TIMESTAMP NOT NULL,
    ended_at           TIMESTAMP
);
CREATE INDEX accommodations_person_id ON accommodations (person_id, id);
CREATE INDEX accommodations_course_id ON accommodations (course_id);
CREATE INDEX accommodations_request_id ON accommodations (request_id);
CREATE INDEX accommodations_granted_by ON accommodations (granted_by);

-- +goose Down
DROP TABLE accommodations;
DROP TABLE request_messages;
DROP TABLE requests;
DROP TABLE policies;
