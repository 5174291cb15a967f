-- +goose Up
-- Archives of certificates: a job writes one in parts, an administrator downloads
-- it, and after a day it is gone.

CREATE TABLE archives (
    id           TEXT PRIMARY KEY,
    requested_by TEXT NOT NULL CONSTRAINT archives_requested_by REFERENCES people (id) ON DELETE RESTRICT,
    -- What was asked for, as JSON and in words.
    filter       TEXT NOT NULL,
    about        TEXT NOT NULL,
    total        BIGINT NOT NULL CHECK (total >= 0),
    done         BIGINT NOT NULL CHECK (done >= 0),
    size         BIGINT NOT NULL CHECK (size >= 0),
    created_at   TIMESTAMP NOT NULL,
    finished_at  TIMESTAMP,
    expires_at   TIMESTAMP NOT NULL
);
CREATE INDEX archives_requested_by ON archives (requested_by);
CREATE INDEX archives_expires_at ON archives (expires_at);

-- Apart, so that no list reads the bytes.
CREATE TABLE archive_parts (
    archive_id TEXT NOT NULL CONSTRAINT archive_parts_archive REFERENCES archives (id) ON DELETE CASCADE,
    position   BIGINT NOT NULL CHECK (position >= 0),
    data       BYTEA NOT NULL,
    PRIMARY KEY (archive_id, position)
);

-- +goose Down
DROP TABLE archive_parts;
DROP TABLE archives;
