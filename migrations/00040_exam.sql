-- +goose Up
-- Attempts at the exam: the form drawn, the answers saved one by one, the marks.

CREATE TABLE exam_attempts (
    id                 TEXT PRIMARY KEY,
    enrollment_id      TEXT NOT NULL CONSTRAINT exam_attempts_enrollment REFERENCES enrollments (id) ON DELETE RESTRICT,
    person_id          TEXT NOT NULL CONSTRAINT exam_attempts_person REFERENCES people (id) ON DELETE RESTRICT,
    edition_id         TEXT NOT NULL CONSTRAINT exam_attempts_edition REFERENCES editions (id) ON DELETE RESTRICT,
    number             BIGINT NOT NULL CHECK (number > 0),
    state              TEXT NOT NULL CHECK (state IN ('in_progress', 'submitted', 'graded', 'void')),
    seed               TEXT NOT NULL CHECK (seed <> ''),
    legal_name         TEXT NOT NULL CHECK (legal_name <> ''),
    attested_at        TIMESTAMP NOT NULL,
    started_at         TIMESTAMP NOT NULL,
    time_limit_minutes BIGINT NOT NULL CHECK (time_limit_minutes >= 0),
    extra_time_percent BIGINT NOT NULL CHECK (extra_time_percent >= 0),
    deadline_at        TIMESTAMP,
    -- deadline_at and the grace for saves that are under way
    closes_at          TIMESTAMP,
    pass_percent       BIGINT NOT NULL CHECK (pass_percent BETWEEN 0 AND 100),
    submitted_at       TIMESTAMP,
    -- the day by which the learner was promised the grade
    promised_at        TIMESTAMP,
    submitted_by       TEXT NOT NULL DEFAULT '' CHECK (submitted_by IN ('', 'learner', 'deadline')),
    -- thousandths of a mark
    points             BIGINT NOT NULL DEFAULT 0 CHECK (points >= 0),
    open_points        BIGINT NOT NULL DEFAULT 0 CHECK (open_points >= 0),
    max_points         BIGINT NOT NULL DEFAULT 0 CHECK (points + open_points <= max_points),
    passed             BOOLEAN NOT NULL DEFAULT FALSE,
    final_at           TIMESTAMP,
    voided_at          TIMESTAMP,
    void_reason        TEXT NOT NULL DEFAULT '',
    -- raised by whoever submits or grades, and on the first attempt by whoever
    -- grants another, so that two who act at once stand in a row
    gradings           BIGINT NOT NULL DEFAULT 0,
    CHECK ((deadline_at IS NULL) = (closes_at IS NULL)),
    CHECK (state NOT IN ('submitted', 'graded') OR submitted_at IS NOT NULL),
    CHECK (state = 'void' OR (state = 'graded') = (final_at IS NOT NULL)),
    CHECK ((state = 'void') = (voided_at IS NOT NULL))
);
CREATE UNIQUE INDEX exam_attempts_number ON exam_attempts (enrollment_id, number);
CREATE UNIQUE INDEX exam_attempts_one_open ON exam_attempts (enrollment_id) WHERE state = 'in_progress';
CREATE INDEX exam_attempts_person ON exam_attempts (person_id, id);
CREATE INDEX exam_attempts_edition ON exam_attempts (edition_id, id);
CREATE INDEX exam_attempts_by_deadline ON exam_attempts (submitted_at) WHERE submitted_by = 'deadline';
CREATE INDEX exam_attempts_due ON exam_attempts (closes_at) WHERE state = 'in_progress';

-- One question of an attempt with its answer. open turns false with the submit,
-- on the row that a save changes: so a save that races with it is before the
-- grading or refused.
CREATE TABLE exam_items (
    id             TEXT PRIMARY KEY,
    attempt_id     TEXT NOT NULL CONSTRAINT exam_items_attempt REFERENCES exam_attempts (id) ON DELETE RESTRICT,
    position       BIGINT NOT NULL CHECK (position > 0),
    question_id    TEXT NOT NULL,
    option_order   TEXT NOT NULL,
    open           BOOLEAN NOT NULL,
    response       TEXT NOT NULL DEFAULT '{}',
    flagged        BOOLEAN NOT NULL DEFAULT FALSE,
    revision       BIGINT NOT NULL DEFAULT 0 CHECK (revision >= 0),
    -- the opening of the page that saved it
    page           TEXT NOT NULL DEFAULT '',
    saved_at       TIMESTAMP,
    points         BIGINT NOT NULL DEFAULT 0 CHECK (points >= 0),
    max_points     BIGINT NOT NULL DEFAULT 0 CHECK (points <= max_points),
    awaits_grader  BOOLEAN NOT NULL DEFAULT FALSE,
    marks          TEXT NOT NULL DEFAULT '',
    comment        TEXT NOT NULL DEFAULT '',
    grader_id      TEXT CONSTRAINT exam_items_grader REFERENCES people (id) ON DELETE RESTRICT,
    graded_at      TIMESTAMP,
    CHECK ((grader_id IS NULL) = (graded_at IS NULL)),
    CHECK (NOT (awaits_grader AND graded_at IS NOT NULL))
);
CREATE UNIQUE INDEX exam_items_question ON exam_items (attempt_id, question_id);
CREATE INDEX exam_items_waiting ON exam_items (id) WHERE awaits_grader;
CREATE INDEX exam_items_graded ON exam_items (graded_at, id) WHERE graded_at IS NOT NULL;
CREATE INDEX exam_items_grader ON exam_items (grader_id) WHERE grader_id IS NOT NULL;

-- One more attempt each, given by an administrator.
CREATE TABLE exam_grants (
    id            TEXT PRIMARY KEY,
    enrollment_id TEXT NOT NULL CONSTRAINT exam_grants_enrollment REFERENCES enrollments (id) ON DELETE RESTRICT,
    granted_by    TEXT NOT NULL CONSTRAINT exam_grants_by REFERENCES people (id) ON DELETE RESTRICT,
    reason        TEXT NOT NULL CHECK (reason <> ''),
    granted_at    TIMESTAMP NOT NULL
);
CREATE INDEX exam_grants_enrollment ON exam_grants (enrollment_id, id);
CREATE INDEX exam_grants_by ON exam_grants (granted_by);

-- +goose Down
DROP TABLE exam_grants;
DROP TABLE exam_items;
DROP TABLE exam_attempts;
