-- +goose Up
-- Media of courses: their bytes lie in a store, what is known of them here.

-- A file that is whole. object is its key in the store, used once and never again, so
-- that who deletes an old one cannot hit a new one. used_at moves whenever a draft
-- names the file; what nothing names is deleted some time later.
CREATE TABLE media_blobs (
    sha256     TEXT PRIMARY KEY,
    bytes      BIGINT NOT NULL CHECK (bytes > 0),
    object     TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    used_at    TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX media_blobs_object ON media_blobs (object);
CREATE INDEX media_blobs_used_at ON media_blobs (used_at, sha256);

-- A file on its way. A person has so many slots. bytes is what it will have, 0 while
-- nobody knows; result says, as JSON, what was found in it.
CREATE TABLE media_uploads (
    id         TEXT PRIMARY KEY,
    person_id  TEXT NOT NULL CONSTRAINT media_uploads_person REFERENCES people (id) ON DELETE CASCADE,
    course_id  TEXT NOT NULL CONSTRAINT media_uploads_course REFERENCES courses (id) ON DELETE CASCADE,
    slot       BIGINT NOT NULL CHECK (slot > 0),
    name       TEXT NOT NULL,
    bytes      BIGINT NOT NULL CHECK (bytes >= 0),
    received   BIGINT NOT NULL CHECK (received >= 0),
    state      TEXT NOT NULL CHECK (state IN ('open', 'received', 'ready', 'refused')),
    reason     TEXT NOT NULL,
    result     TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX media_uploads_slot ON media_uploads (person_id, slot);
CREATE INDEX media_uploads_course ON media_uploads (course_id);
CREATE INDEX media_uploads_expires_at ON media_uploads (expires_at);

-- Its parts, each durable in the store before it stands here.
CREATE TABLE media_parts (
    upload_id TEXT NOT NULL CONSTRAINT media_parts_upload REFERENCES media_uploads (id) ON DELETE CASCADE,
    start     BIGINT NOT NULL CHECK (start >= 0),
    bytes     BIGINT NOT NULL CHECK (bytes > 0),
    object    TEXT NOT NULL,
    PRIMARY KEY (upload_id, start)
);
CREATE INDEX media_parts_object ON media_parts (object);

-- +goose Down
DROP TABLE media_parts;
DROP TABLE media_uploads;
DROP TABLE media_blobs;
