-- +goose Up
-- Who has a file of a draft open now, so that two people see one another.
CREATE TABLE draft_presence (
    course_id  TEXT NOT NULL CONSTRAINT draft_presence_course REFERENCES courses (id) ON DELETE CASCADE,
    path       TEXT NOT NULL,
    person_id  TEXT NOT NULL,
    since      TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    PRIMARY KEY (course_id, path, person_id)
);
CREATE INDEX draft_presence_expires ON draft_presence (expires_at);

-- +goose Down
DROP TABLE draft_presence;
