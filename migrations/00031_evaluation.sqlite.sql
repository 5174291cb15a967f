-- +goose Up
-- Without a row number the table is kept in the order of its random key, which
-- tells nothing of the order in which answers came.
CREATE TABLE evaluation_answers (
    id         TEXT PRIMARY KEY,
    edition_id TEXT NOT NULL CONSTRAINT evaluation_answers_edition REFERENCES editions (id) ON DELETE RESTRICT,
    month      TEXT NOT NULL,
    answers    TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX evaluation_answers_edition_id ON evaluation_answers (edition_id, month);

-- +goose Down
DROP TABLE evaluation_answers;
