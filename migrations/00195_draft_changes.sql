-- +goose Up
-- Every change of a draft, so that what somebody saved can be had again, and two
-- people who change one file at a time merge.

ALTER TABLE courses ADD COLUMN draft_seq BIGINT NOT NULL DEFAULT 0;

-- The change that a file of the draft comes from, and its SHA-256, '' until the
-- next change counts it.
ALTER TABLE course_files ADD COLUMN seq BIGINT NOT NULL DEFAULT 1;
ALTER TABLE course_files ADD COLUMN sha256 TEXT NOT NULL DEFAULT '';

CREATE TABLE draft_changes (
    id         TEXT PRIMARY KEY,
    course_id  TEXT NOT NULL CONSTRAINT draft_changes_course REFERENCES courses (id) ON DELETE CASCADE,
    seq        BIGINT NOT NULL CHECK (seq > 0),
    kind       TEXT NOT NULL CHECK (kind IN ('import', 'save', 'autosave', 'restore')),
    note       TEXT NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    changed_by TEXT NOT NULL
);
CREATE UNIQUE INDEX draft_changes_seq ON draft_changes (course_id, seq);

-- A file as the change left it; without content the change removed it.
CREATE TABLE draft_change_files (
    change_id TEXT NOT NULL CONSTRAINT draft_change_files_change REFERENCES draft_changes (id) ON DELETE CASCADE,
    path      TEXT NOT NULL,
    content   BYTEA,
    PRIMARY KEY (change_id, path)
);

-- What is there was imported.
INSERT INTO draft_changes (id, course_id, seq, kind, note, changed_at, changed_by)
SELECT id, id, 1, 'import', '', imported_at, imported_by FROM courses;
INSERT INTO draft_change_files (change_id, path, content)
SELECT course_id, path, content FROM course_files;
UPDATE courses SET draft_seq = 1;

-- +goose Down
DROP TABLE draft_change_files;
DROP TABLE draft_changes;
ALTER TABLE course_files DROP COLUMN sha256;
ALTER TABLE course_files DROP COLUMN seq;
ALTER TABLE courses DROP COLUMN draft_seq;
