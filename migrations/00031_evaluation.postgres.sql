-- +goose Up
-- Rows lie in the order in which they came until the nightly mixing writes the
-- month anew in the order of its random keys.
CREATE TABLE evaluation_answers (
    id         TEXT PRIMARY KEY,
    edition_id TEXT NOT NULL CONSTRAINT evaluation_answers_edition REFERENCES editions (id) ON DELETE RESTRICT,
    month      TEXT NOT NULL,
    answers    TEXT NOT NULL
);
CREATE INDEX evaluation_answers_edition_id ON evaluation_answers (edition_id, month);

-- +goose Down
DROP TABLE evaluation_answers;
