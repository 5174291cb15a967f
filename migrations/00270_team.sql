-- +goose Up
-- Who works on a course, and what reviewers say of its passages.

CREATE TABLE course_members (
    course_id TEXT NOT NULL CONSTRAINT course_members_course REFERENCES courses (id) ON DELETE CASCADE,
    person_id TEXT NOT NULL CONSTRAINT course_members_person REFERENCES people (id) ON DELETE RESTRICT,
    role      TEXT NOT NULL CHECK (role IN ('author', 'editor', 'clinician', 'accreditor')),
    -- the instant from which on it no longer holds
    until_at  TIMESTAMP,
    added_by  TEXT NOT NULL,
    added_at  TIMESTAMP NOT NULL,
    PRIMARY KEY (course_id, person_id),
    CHECK (role <> 'accreditor' OR until_at IS NOT NULL)
);
CREATE INDEX course_members_person ON course_members (person_id, course_id);

-- A comment on a passage of the draft: the file, and the words as they stood.
CREATE TABLE course_comments (
    id         TEXT PRIMARY KEY,
    course_id  TEXT NOT NULL CONSTRAINT course_comments_course REFERENCES courses (id) ON DELETE CASCADE,
    path       TEXT NOT NULL,
    quote      TEXT NOT NULL,
    body       TEXT NOT NULL CHECK (body <> ''),
    author_id  TEXT NOT NULL CONSTRAINT course_comments_author REFERENCES people (id) ON DELETE RESTRICT,
    created_at TIMESTAMP NOT NULL,
    answer     TEXT NOT NULL DEFAULT '',
    closed_by  TEXT CONSTRAINT course_comments_closer REFERENCES people (id) ON DELETE RESTRICT,
    closed_at  TIMESTAMP,
    CHECK ((closed_by IS NULL) = (closed_at IS NULL))
);
CREATE INDEX course_comments_course ON course_comments (course_id, id);
CREATE INDEX course_comments_author ON course_comments (author_id);
CREATE INDEX course_comments_closer ON course_comments (closed_by) WHERE closed_by IS NOT NULL;

-- +goose Down
DROP TABLE course_comments;
DROP TABLE course_members;
