-- +goose Up
-- A person's way through one edition: life cycle, evidence, progress, time.

CREATE TABLE enrollments (
    id                TEXT PRIMARY KEY,
    person_id         TEXT NOT NULL CONSTRAINT enrollments_person REFERENCES people (id) ON DELETE RESTRICT,
    course_id         TEXT NOT NULL CONSTRAINT enrollments_course REFERENCES courses (id) ON DELETE RESTRICT,
    edition_id        TEXT NOT NULL CONSTRAINT enrollments_edition REFERENCES editions (id) ON DELETE RESTRICT,
    slug              TEXT NOT NULL CHECK (slug <> ''),
    cycle             BIGINT NOT NULL CHECK (cycle > 0),
    state             TEXT NOT NULL CHECK (state IN ('pending', 'active', 'completed', 'expired', 'withdrawn', 'refunded')),
    source            TEXT NOT NULL CHECK (source IN ('order', 'free', 'admin', 'seat')),
    order_id          TEXT NOT NULL DEFAULT '',
    enrolled_at       TIMESTAMP NOT NULL,
    expires_at        TIMESTAMP NOT NULL,
    disclosed_at      TIMESTAMP,
    exam_attempt_id   TEXT NOT NULL DEFAULT '',
    exam_submitted_at TIMESTAMP,
    exam_final        BOOLEAN NOT NULL DEFAULT FALSE,
    exam_passed       BOOLEAN NOT NULL DEFAULT FALSE,
    completed_at      TIMESTAMP,
    ended_at          TIMESTAMP,
    end_reason        TEXT NOT NULL DEFAULT '',
    -- Counts the learner's acts: raising it first puts them in a row, so that
    -- two last acts at once cannot both miss that everything is done.
    acts              BIGINT NOT NULL DEFAULT 0,
    -- What of lessons and checks is done, in one place, so that progress costs
    -- one row: a line "L lesson microseconds" or "C question microseconds" for
    -- each first time, appended in the transaction of the act.
    done              TEXT NOT NULL DEFAULT '',
    CHECK (expires_at > enrolled_at),
    CHECK (state <> 'completed' OR completed_at IS NOT NULL)
);
CREATE UNIQUE INDEX enrollments_cycle ON enrollments (person_id, course_id, cycle);
CREATE UNIQUE INDEX enrollments_open ON enrollments (person_id, course_id) WHERE state IN ('pending', 'active');
CREATE UNIQUE INDEX enrollments_order ON enrollments (order_id, person_id, course_id) WHERE order_id <> '';
CREATE INDEX enrollments_find ON enrollments (person_id, slug, cycle);
CREATE INDEX enrollments_course_state ON enrollments (course_id, state, id);
CREATE INDEX enrollments_edition_state ON enrollments (edition_id, state, expires_at);
CREATE INDEX enrollments_state ON enrollments (state, expires_at);

-- What the learner did, with its instant. Only added to.
CREATE TABLE evidence (
    id            TEXT PRIMARY KEY,
    enrollment_id TEXT NOT NULL CONSTRAINT evidence_enrollment REFERENCES enrollments (id) ON DELETE RESTRICT,
    kind          TEXT NOT NULL CHECK (kind <> ''),
    ref           TEXT NOT NULL,
    details       TEXT NOT NULL,
    occurred_at   TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX evidence_once ON evidence (enrollment_id, kind, ref);

CREATE TABLE lesson_progress (
    enrollment_id   TEXT NOT NULL CONSTRAINT lesson_progress_enrollment REFERENCES enrollments (id) ON DELETE RESTRICT,
    lesson_id       TEXT NOT NULL,
    finished_at     TIMESTAMP,
    bookmarked_at   TIMESTAMP,
    note            TEXT NOT NULL DEFAULT '',
    note_page       TEXT NOT NULL DEFAULT '',
    noted_at        TIMESTAMP,
    active_seconds  BIGINT NOT NULL DEFAULT 0 CHECK (active_seconds >= 0),
    request_seconds BIGINT NOT NULL DEFAULT 0 CHECK (request_seconds >= 0),
    PRIMARY KEY (enrollment_id, lesson_id)
);

CREATE TABLE check_answers (
    enrollment_id TEXT NOT NULL CONSTRAINT check_answers_enrollment REFERENCES enrollments (id) ON DELETE RESTRICT,
    module_id     TEXT NOT NULL,
    question_id   TEXT NOT NULL,
    response      TEXT NOT NULL,
    correct       BOOLEAN NOT NULL,
    tries         BIGINT NOT NULL CHECK (tries > 0),
    first_at      TIMESTAMP NOT NULL,
    last_at       TIMESTAMP NOT NULL,
    PRIMARY KEY (enrollment_id, module_id, question_id)
);

-- One accepted stretch of active time each; the token makes a repeated one count once.
CREATE TABLE active_time (
    enrollment_id TEXT NOT NULL CONSTRAINT active_time_enrollment REFERENCES enrollments (id) ON DELETE RESTRICT,
    token         TEXT NOT NULL,
    lesson_id     TEXT NOT NULL,
    source        TEXT NOT NULL CHECK (source IN ('browser', 'requests')),
    began_at      TIMESTAMP NOT NULL,
    seconds       BIGINT NOT NULL CHECK (seconds > 0),
    received_at   TIMESTAMP NOT NULL,
    PRIMARY KEY (enrollment_id, token)
);

-- One clock a person: nobody learns in two places at once.
CREATE TABLE learner_clocks (
    person_id           TEXT PRIMARY KEY CONSTRAINT learner_clocks_person REFERENCES people (id) ON DELETE RESTRICT,
    counted_to          TIMESTAMP NOT NULL,
    beacon_at           TIMESTAMP,
    visit_enrollment_id TEXT NOT NULL DEFAULT '',
    visit_lesson_id     TEXT NOT NULL DEFAULT '',
    visit_cap           BIGINT NOT NULL DEFAULT 0,
    visit_at            TIMESTAMP
);

CREATE TABLE enrollment_reminders (
    enrollment_id TEXT NOT NULL CONSTRAINT enrollment_reminders_enrollment REFERENCES enrollments (id) ON DELETE RESTRICT,
    days          BIGINT NOT NULL CHECK (days > 0),
    sent_at       TIMESTAMP NOT NULL,
    PRIMARY KEY (enrollment_id, days)
);

-- That the evaluation was sent, by whom. What it said is in evaluation_answers,
-- which no key connects with this table.
CREATE TABLE evaluation_receipts (
    enrollment_id TEXT PRIMARY KEY CONSTRAINT evaluation_receipts_enrollment REFERENCES enrollments (id) ON DELETE RESTRICT,
    sent_at       TIMESTAMP NOT NULL
);

-- Consent to a follow-up, by name.
CREATE TABLE evaluation_consents (
    enrollment_id TEXT NOT NULL CONSTRAINT evaluation_consents_enrollment REFERENCES enrollments (id) ON DELETE RESTRICT,
    item_id       TEXT NOT NULL,
    given_at      TIMESTAMP NOT NULL,
    PRIMARY KEY (enrollment_id, item_id)
);

-- +goose Down
DROP TABLE evaluation_consents;
DROP TABLE evaluation_receipts;
DROP TABLE enrollment_reminders;
DROP TABLE learner_clocks;
DROP TABLE active_time;
DROP TABLE check_answers;
DROP TABLE lesson_progress;
DROP TABLE evidence;
DROP TABLE enrollments;
