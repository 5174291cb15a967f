-- +goose Up
-- Certificates: reserved with their facts, issued with their bytes, never deleted.

CREATE TABLE certificates (
    id             TEXT PRIMARY KEY,
    number         TEXT NOT NULL,
    person_id      TEXT NOT NULL CONSTRAINT certificates_person REFERENCES people (id) ON DELETE RESTRICT,
    course_id      TEXT NOT NULL CONSTRAINT certificates_course REFERENCES courses (id) ON DELETE RESTRICT,
    edition_id     TEXT NOT NULL CONSTRAINT certificates_edition REFERENCES editions (id) ON DELETE RESTRICT,
    enrollment_id  TEXT NOT NULL CONSTRAINT certificates_enrollment REFERENCES enrollments (id) ON DELETE RESTRICT,
    cycle          BIGINT NOT NULL CHECK (cycle > 0),
    state          TEXT NOT NULL CHECK (state IN ('preparing', 'issued', 'superseded', 'revoked')),
    holder_name    TEXT NOT NULL,
    course_title   TEXT NOT NULL,
    -- Holder, course, number and licenses without case and accents, as lists are searched.
    search         TEXT NOT NULL,
    facts          TEXT NOT NULL,
    facts_hash     TEXT NOT NULL,
    pdf_hash       TEXT,
    supersedes     TEXT CONSTRAINT certificates_supersedes REFERENCES certificates (id) ON DELETE RESTRICT,
    reserved_at    TIMESTAMP NOT NULL,
    issued_at      TIMESTAMP,
    revoked_at     TIMESTAMP,
    revoked_reason TEXT,
    CHECK ((issued_at IS NULL) = (pdf_hash IS NULL)),
    CHECK (state <> 'preparing' OR issued_at IS NULL),
    CHECK (state <> 'issued' OR issued_at IS NOT NULL),
    CHECK (state <> 'revoked' OR (revoked_at IS NOT NULL AND revoked_reason IS NOT NULL))
);
CREATE UNIQUE INDEX certificates_number ON certificates (number);
CREATE UNIQUE INDEX certificates_once ON certificates (person_id, course_id, cycle) WHERE state <> 'superseded';
CREATE INDEX certificates_person_id ON certificates (person_id, id);
CREATE INDEX certificates_enrollment_id ON certificates (enrollment_id);
CREATE INDEX certificates_course_id ON certificates (course_id, id);
CREATE INDEX certificates_edition_id ON certificates (edition_id);
CREATE INDEX certificates_state ON certificates (state, id);
CREATE INDEX certificates_holder_name ON certificates (holder_name, id);
CREATE UNIQUE INDEX certificates_supersedes ON certificates (supersedes) WHERE supersedes IS NOT NULL;
CREATE UNIQUE INDEX certificates_pdf_hash ON certificates (pdf_hash) WHERE pdf_hash IS NOT NULL;

-- Apart from the facts, so that no list ever reads the bytes.
CREATE TABLE certificate_files (
    certificate_id TEXT PRIMARY KEY CONSTRAINT certificate_files_certificate REFERENCES certificates (id) ON DELETE RESTRICT,
    pdf            BYTEA NOT NULL
);

-- What happened to it, append-only; reason is public.
CREATE TABLE certificate_events (
    id             TEXT PRIMARY KEY,
    certificate_id TEXT NOT NULL CONSTRAINT certificate_events_certificate REFERENCES certificates (id) ON DELETE RESTRICT,
    kind           TEXT NOT NULL CHECK (kind IN ('reserved', 'issued', 'superseded', 'revoked')),
    reason         TEXT NOT NULL,
    actor_id       TEXT,
    at             TIMESTAMP NOT NULL
);
CREATE INDEX certificate_events_certificate_id ON certificate_events (certificate_id, id);

-- +goose Down
DROP TABLE certificate_events;
DROP TABLE certificate_files;
DROP TABLE certificates;
