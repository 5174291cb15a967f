-- +goose Up
-- Whom a correction of their edition was mailed to, and who has said to have read it.
CREATE TABLE erratum_readers (
    enrollment_id TEXT NOT NULL CONSTRAINT erratum_readers_enrollment REFERENCES enrollments (id) ON DELETE RESTRICT,
    erratum_id    TEXT NOT NULL CHECK (erratum_id <> ''),
    told_at       TIMESTAMP,
    read_at       TIMESTAMP,
    PRIMARY KEY (enrollment_id, erratum_id),
    CHECK (told_at IS NOT NULL OR read_at IS NOT NULL)
);
CREATE INDEX erratum_readers_erratum ON erratum_readers (erratum_id, enrollment_id);

-- +goose Down
DROP TABLE erratum_readers;
