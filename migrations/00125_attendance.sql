-- +goose Up
-- Live events of courses, the attendance lists that administrators upload, and
-- what became of every row.

CREATE TABLE live_events (
    id            TEXT PRIMARY KEY,
    course_id     TEXT NOT NULL CONSTRAINT live_events_course REFERENCES courses (id) ON DELETE RESTRICT,
    edition_id    TEXT NOT NULL CONSTRAINT live_events_edition REFERENCES editions (id) ON DELETE RESTRICT,
    -- As certificates print it.
    title         TEXT NOT NULL CHECK (title <> ''),
    time_zone     TEXT NOT NULL,
    starts_at     TIMESTAMP NOT NULL,
    ends_at       TIMESTAMP NOT NULL,
    -- Of instruction, and the least that earns a certificate.
    minutes       BIGINT NOT NULL CHECK (minutes > 0),
    least_minutes BIGINT NOT NULL CHECK (least_minutes > 0),
    online        BOOLEAN NOT NULL,
    place         TEXT NOT NULL,
    presenters    TEXT NOT NULL,
    disclosed     BOOLEAN NOT NULL,
    evaluation    BOOLEAN NOT NULL,
    exam          BOOLEAN NOT NULL,
    -- Raised by every change; a list is checked against one version.
    version       BIGINT NOT NULL CHECK (version > 0),
    -- Certificates were issued by it, so it stays as it is.
    used          BOOLEAN NOT NULL DEFAULT FALSE,
    created_by    TEXT NOT NULL,
    created_at    TIMESTAMP NOT NULL,
    CHECK (starts_at < ends_at),
    CHECK (least_minutes <= minutes)
);
CREATE INDEX live_events_course_id ON live_events (course_id);
CREATE INDEX live_events_edition_id ON live_events (edition_id);
CREATE INDEX live_events_starts_at ON live_events (starts_at, id);

CREATE TABLE attendance_lists (
    id            TEXT PRIMARY KEY,
    event_id      TEXT NOT NULL CONSTRAINT attendance_lists_event REFERENCES live_events (id) ON DELETE RESTRICT,
    name          TEXT NOT NULL,
    sha256        TEXT NOT NULL CHECK (length(sha256) = 64),
    size          BIGINT NOT NULL CHECK (size > 0),
    total         BIGINT NOT NULL CHECK (total > 0),
    state         TEXT NOT NULL CHECK (state IN ('checked', 'started', 'finished')),
    uploaded_by   TEXT NOT NULL,
    uploaded_at   TIMESTAMP NOT NULL,
    -- What the verdicts rest on: when they were made, by which version of the
    -- event, and a hash of all of them.
    checked_at    TIMESTAMP NOT NULL,
    event_version BIGINT NOT NULL,
    check_sha256  TEXT NOT NULL CHECK (length(check_sha256) = 64),
    started_by    TEXT,
    started_at    TIMESTAMP,
    attestation   TEXT NOT NULL DEFAULT '',
    finished_at   TIMESTAMP,
    CHECK ((state = 'checked') = (started_at IS NULL)),
    CHECK ((started_at IS NULL) = (started_by IS NULL)),
    CHECK ((state = 'finished') = (finished_at IS NOT NULL))
);
CREATE INDEX attendance_lists_event_id ON attendance_lists (event_id, id);
CREATE UNIQUE INDEX attendance_lists_once ON attendance_lists (event_id, sha256) WHERE state = 'checked';

-- Apart from the lists, so that no page reads the bytes.
CREATE TABLE attendance_files (
    list_id TEXT PRIMARY KEY CONSTRAINT attendance_files_list REFERENCES attendance_lists (id) ON DELETE CASCADE,
    body    BYTEA NOT NULL
);

CREATE TABLE attendance_rows (
    list_id       TEXT NOT NULL CONSTRAINT attendance_rows_list REFERENCES attendance_lists (id) ON DELETE CASCADE,
    position      BIGINT NOT NULL CHECK (position > 0),
    -- As they stand in the file.
    line          BIGINT NOT NULL CHECK (line > 0),
    email         TEXT NOT NULL,
    name          TEXT NOT NULL,
    minutes       TEXT NOT NULL,
    evaluation    TEXT NOT NULL,
    profession    TEXT NOT NULL,
    jurisdiction  TEXT NOT NULL,
    number        TEXT NOT NULL,
    -- What was shown before anything happened.
    verdict       TEXT NOT NULL CHECK (verdict <> ''),
    note          TEXT NOT NULL,
    account_name  TEXT NOT NULL,
    -- The administrator chose it.
    chosen        BOOLEAN NOT NULL DEFAULT FALSE,
    -- What became of it, once.
    outcome       TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('', 'issued', 'waiting', 'refused', 'failed')),
    outcome_note  TEXT NOT NULL DEFAULT '',
    enrollment_id TEXT CONSTRAINT attendance_rows_enrollment REFERENCES enrollments (id) ON DELETE RESTRICT,
    done_at       TIMESTAMP,
    PRIMARY KEY (list_id, position),
    CHECK ((outcome = '') = (done_at IS NULL)),
    CHECK ((outcome IN ('issued', 'waiting')) = (enrollment_id IS NOT NULL))
);
CREATE INDEX attendance_rows_enrollment_id ON attendance_rows (enrollment_id);

-- An enrollment by a live event: which one, and what was recorded (JSON), which
-- stands in the place of lessons, practice questions and time. Its source is
-- admin: an administrator recorded it.
ALTER TABLE enrollments ADD COLUMN event_id TEXT CONSTRAINT enrollments_event REFERENCES live_events (id) ON DELETE RESTRICT;
ALTER TABLE enrollments ADD COLUMN attended TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX enrollments_event_person ON enrollments (event_id, person_id) WHERE event_id IS NOT NULL;

-- The accreditor's word that an approval is of live events too.
ALTER TABLE approvals ADD COLUMN live BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
ALTER TABLE approvals DROP COLUMN live;
DROP TABLE attendance_rows;
DROP TABLE attendance_files;
DROP TABLE attendance_lists;
DROP INDEX enrollments_event_person;
ALTER TABLE enrollments DROP COLUMN attended;
ALTER TABLE enrollments DROP COLUMN event_id;
DROP TABLE live_events;
