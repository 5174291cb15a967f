-- +goose Up
-- Who could read the keys of a course's exam takes no exam of it. So a member who is
-- taken off a course stays on record, without rights, and so does who opened the pages
-- of a course that names nobody.

ALTER TABLE course_members ADD COLUMN removed_at TIMESTAMP;

CREATE TABLE course_readers (
    course_id TEXT NOT NULL CONSTRAINT course_readers_course REFERENCES courses (id) ON DELETE CASCADE,
    person_id TEXT NOT NULL CONSTRAINT course_readers_person REFERENCES people (id) ON DELETE RESTRICT,
    first_at  TIMESTAMP NOT NULL,
    PRIMARY KEY (course_id, person_id)
);
CREATE INDEX course_readers_person ON course_readers (person_id, course_id);

-- Comments are listed by page: the open ones and the closed ones apart.
CREATE INDEX course_comments_open ON course_comments (course_id, id) WHERE closed_at IS NULL;

-- +goose Down
DROP INDEX course_comments_open;
DROP TABLE course_readers;
DELETE FROM course_members WHERE removed_at IS NOT NULL;
ALTER TABLE course_members DROP COLUMN removed_at;
