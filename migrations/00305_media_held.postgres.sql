-- +goose Up
-- Which course holds which file of media: its bytes were sent to the course, or came
-- with an import of it, or somebody copied it there who may read a course that holds it.
-- What a list of media names besides is not the course's: a hash is no key.
CREATE TABLE media_held (
    course_id TEXT NOT NULL CONSTRAINT media_held_course REFERENCES courses (id) ON DELETE CASCADE,
    sha256    TEXT NOT NULL,
    held_at   TIMESTAMP NOT NULL,
    PRIMARY KEY (course_id, sha256)
);
CREATE INDEX media_held_sha256 ON media_held (sha256);

-- Until now nobody wrote that down: what the lists of a course name or named is its own.
INSERT INTO media_held (course_id, sha256, held_at)
SELECT DISTINCT l.course_id, b.sha256, b.created_at
FROM (SELECT f.course_id, f.content FROM course_files f WHERE f.path = 'media.yaml'
    UNION SELECT e.course_id, f.content FROM editions e JOIN edition_files f ON f.edition_id = e.id WHERE f.path = 'media.yaml'
    UNION SELECT c.course_id, f.content FROM draft_changes c JOIN draft_change_files f ON f.change_id = c.id WHERE f.path = 'media.yaml') l
JOIN media_blobs b ON position(convert_to(b.sha256, 'UTF8') IN l.content) > 0;

-- So is what waits to be added to it.
INSERT INTO media_held (course_id, sha256, held_at)
SELECT DISTINCT u.course_id, b.sha256, b.created_at FROM media_uploads u JOIN media_blobs b ON position(b.sha256 IN u.result) > 0
WHERE u.state = 'ready'
ON CONFLICT DO NOTHING;

-- +goose Down
DROP TABLE media_held;
