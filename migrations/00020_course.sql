-- +goose Up
-- Courses: a working copy each, and published editions that never change.

CREATE TABLE courses (
    id          TEXT PRIMARY KEY,
    slug        TEXT NOT NULL,
    title       TEXT NOT NULL,
    draft_hash  TEXT NOT NULL,
    imported_at TIMESTAMP NOT NULL,
    imported_by TEXT NOT NULL,
    created_at  TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX courses_slug ON courses (slug);

CREATE TABLE course_files (
    course_id TEXT NOT NULL CONSTRAINT course_files_course REFERENCES courses (id) ON DELETE CASCADE,
    path      TEXT NOT NULL,
    content   BYTEA NOT NULL,
    PRIMARY KEY (course_id, path)
);

CREATE TABLE editions (
    id           TEXT PRIMARY KEY,
    course_id    TEXT NOT NULL CONSTRAINT editions_course REFERENCES courses (id) ON DELETE RESTRICT,
    number       BIGINT NOT NULL CHECK (number > 0),
    hash         TEXT NOT NULL,
    note         TEXT NOT NULL,
    published_at TIMESTAMP NOT NULL,
    published_by TEXT NOT NULL
);
CREATE UNIQUE INDEX editions_number ON editions (course_id, number);

CREATE TABLE edition_files (
    edition_id TEXT NOT NULL CONSTRAINT edition_files_edition REFERENCES editions (id) ON DELETE RESTRICT,
    path       TEXT NOT NULL,
    content    BYTEA NOT NULL,
    PRIMARY KEY (edition_id, path)
);

-- Append-only: what must be said about an edition after it was published.
CREATE TABLE edition_overlays (
    id          TEXT PRIMARY KEY,
    edition_id  TEXT NOT NULL CONSTRAINT edition_overlays_edition REFERENCES editions (id) ON DELETE RESTRICT,
    seq         BIGINT NOT NULL CHECK (seq > 0),
    kind        TEXT NOT NULL CHECK (kind IN ('signoff', 'signoff_retracted', 'withdrawal', 'erratum')),
    record      TEXT NOT NULL,
    hash        TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by TEXT NOT NULL
);
CREATE UNIQUE INDEX edition_overlays_seq ON edition_overlays (edition_id, seq);

-- One row that moves with every publication and overlay, so that a replica
-- learns by one read whether what it keeps in memory is still the newest.
CREATE TABLE course_version (
    id      BIGINT PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL
);
INSERT INTO course_version (id, version) VALUES (1, 0);

-- +goose Down
DROP TABLE course_version;
DROP TABLE edition_overlays;
DROP TABLE edition_files;
DROP TABLE editions;
DROP TABLE course_files;
DROP TABLE courses;
