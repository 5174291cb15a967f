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

-- Which answers the summary of an edition covers. Answers enter it five at least
-- at a time, so that no two looks at a summary differ by one person's answers.
-- No foreign key leads to the answers: mixing takes them out and puts them back.
CREATE TABLE evaluation_counted (
    answer_id  TEXT PRIMARY KEY,
    edition_id TEXT NOT NULL CONSTRAINT evaluation_counted_edition REFERENCES editions (id) ON DELETE RESTRICT
) WITHOUT ROWID;
CREATE INDEX evaluation_counted_edition_id ON evaluation_counted (edition_id);

-- What became of a consent to be asked again, by name; no row means that the
-- time has not come. answers is a JSON object of texts by item.
CREATE TABLE evaluation_followups (
    enrollment_id TEXT PRIMARY KEY CONSTRAINT evaluation_followups_enrollment REFERENCES enrollments (id) ON DELETE RESTRICT,
    asked_at      TIMESTAMP,
    answered_at   TIMESTAMP,
    answers       TEXT NOT NULL DEFAULT '',
    withdrawn_at  TIMESTAMP,
    CHECK ((answered_at IS NULL) = (answers = '')),
    CHECK (answered_at IS NULL OR (asked_at IS NOT NULL AND withdrawn_at IS NULL)),
    CHECK (asked_at IS NOT NULL OR withdrawn_at IS NOT NULL)
);
CREATE INDEX evaluation_consents_given_at ON evaluation_consents (given_at, enrollment_id);

-- +goose Down
DROP INDEX evaluation_consents_given_at;
DROP TABLE evaluation_followups;
DROP TABLE evaluation_counted;
DROP TABLE evaluation_answers;
