-- +goose Up
-- Questions and reports about passages of lessons, what was answered, the notes for
-- the next edition that came of them, and who is told how often.

CREATE TABLE conversation_threads (
    id             TEXT PRIMARY KEY,
    kind           TEXT NOT NULL CHECK (kind IN ('question', 'inaccuracy')),
    state          TEXT NOT NULL CHECK (state IN ('open', 'answered', 'closed', 'confirmed', 'not_confirmed', 'withdrawn')),
    -- 1 while it waits for an instructor: lists begin with those.
    waiting        BIGINT NOT NULL CHECK (waiting = CASE WHEN state = 'open' THEN 1 ELSE 0 END),
    person_id      TEXT NOT NULL CONSTRAINT conversation_threads_person REFERENCES people (id) ON DELETE RESTRICT,
    course_id      TEXT NOT NULL CONSTRAINT conversation_threads_course REFERENCES courses (id) ON DELETE RESTRICT,
    edition_id     TEXT NOT NULL CONSTRAINT conversation_threads_edition REFERENCES editions (id) ON DELETE RESTRICT,
    lesson_id      TEXT NOT NULL,
    -- The heading that the passage stands under, '' before the first.
    anchor         TEXT NOT NULL,
    heading        TEXT NOT NULL,
    passage_sha256 TEXT NOT NULL,
    quote          TEXT NOT NULL,
    body           TEXT NOT NULL,
    -- How it ended: the reason, or what became of a report.
    outcome        TEXT NOT NULL,
    -- The correction that a report led to, an overlay of the edition.
    erratum_id     TEXT NOT NULL,
    -- What every learner of the lesson reads, while shown_at is set.
    shown_question TEXT NOT NULL,
    shown_answer   TEXT NOT NULL,
    created_at     TIMESTAMP NOT NULL,
    asked_at       TIMESTAMP NOT NULL,
    answered_at    TIMESTAMP,
    shown_at       TIMESTAMP,
    shown_by       TEXT,
    ended_at       TIMESTAMP,
    ended_by       TEXT,
    hidden_at      TIMESTAMP,
    hidden_by      TEXT,
    hidden_reason  TEXT NOT NULL
);
CREATE INDEX conversation_threads_waiting ON conversation_threads (waiting, id);
CREATE INDEX conversation_threads_asked_at ON conversation_threads (waiting, asked_at);
CREATE INDEX conversation_threads_lesson ON conversation_threads (course_id, lesson_id, id);
CREATE INDEX conversation_threads_person_id ON conversation_threads (person_id, id);
CREATE INDEX conversation_threads_edition_id ON conversation_threads (edition_id);

-- What was said under a thread; 'earlier' is a wording of the question that its
-- author replaced.
CREATE TABLE conversation_messages (
    id         TEXT PRIMARY KEY,
    thread_id  TEXT NOT NULL CONSTRAINT conversation_messages_thread REFERENCES conversation_threads (id) ON DELETE RESTRICT,
    part       TEXT NOT NULL CHECK (part IN ('earlier', 'follow_up', 'answer')),
    author_id  TEXT NOT NULL,
    body       TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX conversation_messages_thread_id ON conversation_messages (thread_id, id);

CREATE TABLE conversation_notes (
    id              TEXT PRIMARY KEY,
    thread_id       TEXT NOT NULL CONSTRAINT conversation_notes_thread REFERENCES conversation_threads (id) ON DELETE RESTRICT,
    course_id       TEXT NOT NULL CONSTRAINT conversation_notes_course REFERENCES courses (id) ON DELETE RESTRICT,
    -- The lesson's file as the edition of the thread has it.
    path            TEXT NOT NULL,
    body            TEXT NOT NULL,
    created_at      TIMESTAMP NOT NULL,
    created_by      TEXT NOT NULL,
    done_edition_id TEXT CONSTRAINT conversation_notes_done_edition REFERENCES editions (id) ON DELETE RESTRICT,
    done_at         TIMESTAMP,
    done_by         TEXT,
    CHECK ((done_edition_id IS NULL) = (done_at IS NULL))
);
CREATE INDEX conversation_notes_course_id ON conversation_notes (course_id, id);
CREATE INDEX conversation_notes_thread_id ON conversation_notes (thread_id, id);
CREATE INDEX conversation_notes_done_edition_id ON conversation_notes (done_edition_id);

-- How often somebody who teaches is told by mail; without a row each day.
CREATE TABLE conversation_settings (
    person_id  TEXT PRIMARY KEY CONSTRAINT conversation_settings_person REFERENCES people (id) ON DELETE CASCADE,
    digest     TEXT NOT NULL CHECK (digest IN ('day', 'week', 'never')),
    changed_at TIMESTAMP NOT NULL
);

-- The digests that were sent: one a person and day, however many replicas there are.
-- What was asked after until_at is for the next.
CREATE TABLE conversation_digests (
    person_id TEXT NOT NULL CONSTRAINT conversation_digests_person REFERENCES people (id) ON DELETE CASCADE,
    on_day    TEXT NOT NULL,
    until_at  TIMESTAMP NOT NULL,
    PRIMARY KEY (person_id, on_day)
);

-- +goose Down
DROP TABLE conversation_digests;
DROP TABLE conversation_settings;
DROP TABLE conversation_notes;
DROP TABLE conversation_messages;
DROP TABLE conversation_threads;
