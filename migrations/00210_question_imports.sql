-- +goose Up
-- Files with questions that somebody brings into a draft, what was found in them,
-- and how far they are read and taken over.

CREATE TABLE question_imports (
    id          TEXT PRIMARY KEY,
    course_id   TEXT NOT NULL CONSTRAINT question_imports_course REFERENCES courses (id) ON DELETE CASCADE,
    owner_id    TEXT NOT NULL,
    name        TEXT NOT NULL CHECK (name <> ''),
    sha256      TEXT NOT NULL CHECK (length(sha256) = 64),
    size        BIGINT NOT NULL CHECK (size > 0),
    format      TEXT NOT NULL,
    -- On the whole file, as JSON.
    notes       TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('reading', 'ready', 'adding', 'done')),
    -- How many items were read; the job goes on behind them.
    items       BIGINT NOT NULL DEFAULT 0,
    -- Where the questions go, '' until somebody said so.
    target      TEXT NOT NULL DEFAULT '',
    objective   TEXT NOT NULL DEFAULT '',
    -- Why the questions were not added, '' if they were.
    problem     TEXT NOT NULL DEFAULT '',
    -- The newest change of the draft that it made.
    seq         BIGINT NOT NULL DEFAULT 0,
    uploaded_at TIMESTAMP NOT NULL,
    done_at     TIMESTAMP,
    CHECK ((state = 'done') = (done_at IS NOT NULL))
);
CREATE INDEX question_imports_of ON question_imports (course_id, owner_id, id);
CREATE INDEX question_imports_uploaded_at ON question_imports (uploaded_at);
CREATE UNIQUE INDEX question_imports_once ON question_imports (course_id, owner_id, sha256) WHERE state IN ('reading', 'ready');

-- The file in parts, so that nobody holds all of it.
CREATE TABLE question_import_parts (
    import_id TEXT NOT NULL CONSTRAINT question_import_parts_import REFERENCES question_imports (id) ON DELETE CASCADE,
    part      BIGINT NOT NULL CHECK (part >= 0),
    body      BYTEA NOT NULL,
    PRIMARY KEY (import_id, part)
);

CREATE TABLE question_import_items (
    import_id   TEXT NOT NULL CONSTRAINT question_import_items_import REFERENCES question_imports (id) ON DELETE CASCADE,
    position    BIGINT NOT NULL CHECK (position > 0),
    place       TEXT NOT NULL,
    title       TEXT NOT NULL,
    type        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    verdict     TEXT NOT NULL CHECK (verdict IN ('kept', 'changed', 'refused', 'there')),
    -- Remarks, and the question itself, as JSON; '' where there is none.
    notes       TEXT NOT NULL,
    question_id TEXT NOT NULL,
    question    TEXT NOT NULL,
    -- How many bytes it takes in a course.
    bytes       BIGINT NOT NULL,
    -- The file of the draft that it was added to, '' before.
    file        TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (import_id, position)
);
CREATE INDEX question_import_items_verdict ON question_import_items (import_id, verdict, position);

-- +goose Down
DROP TABLE question_import_items;
DROP TABLE question_import_parts;
DROP TABLE question_imports;
