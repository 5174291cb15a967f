-- +goose Up
-- What a change of a draft renamed. The outline moves lessons by their names: with
-- this, a comment, a history and a page that somebody has open go along.
CREATE TABLE draft_renames (
    course_id TEXT NOT NULL CONSTRAINT draft_renames_course REFERENCES courses (id) ON DELETE CASCADE,
    seq       BIGINT NOT NULL,
    from_path TEXT NOT NULL,
    to_path   TEXT NOT NULL CHECK (to_path <> from_path),
    PRIMARY KEY (course_id, seq, from_path)
);
CREATE INDEX draft_renames_from ON draft_renames (course_id, from_path, seq);
CREATE UNIQUE INDEX draft_renames_to ON draft_renames (course_id, to_path, seq);

-- +goose Down
DROP TABLE draft_renames;
