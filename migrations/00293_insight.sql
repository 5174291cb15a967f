-- +goose Up
-- The lists of people that figures count, five more at a time. Who stands in one keeps
-- their place, and what counts of them.

-- The attempts at an exam, in the order in which every mark of them was there. A
-- correction moves final_at, and what the clock closes is dated back to its deadline.
CREATE TABLE insight_attempts (
    attempt_id TEXT PRIMARY KEY CONSTRAINT insight_attempts_attempt REFERENCES exam_attempts (id) ON DELETE RESTRICT,
    edition_id TEXT NOT NULL CONSTRAINT insight_attempts_edition REFERENCES editions (id) ON DELETE RESTRICT,
    place      BIGINT NOT NULL CHECK (place > 0)
);
CREATE UNIQUE INDEX insight_attempts_place ON insight_attempts (edition_id, place);

-- The time on a lesson until it was finished first, and the edition in which it was
-- read: reading it again, or moving to another edition, changes nothing here.
CREATE TABLE insight_lessons (
    enrollment_id   TEXT NOT NULL CONSTRAINT insight_lessons_enrollment REFERENCES enrollments (id) ON DELETE RESTRICT,
    lesson_id       TEXT NOT NULL,
    edition_id      TEXT NOT NULL CONSTRAINT insight_lessons_edition REFERENCES editions (id) ON DELETE RESTRICT,
    active_seconds  BIGINT NOT NULL CHECK (active_seconds >= 0),
    request_seconds BIGINT NOT NULL CHECK (request_seconds >= 0),
    entered_at      TIMESTAMP NOT NULL,
    PRIMARY KEY (enrollment_id, lesson_id)
);
CREATE INDEX insight_lessons_entered ON insight_lessons (edition_id, entered_at, enrollment_id);

-- What was finished lately is to be entered. The column never changes again, so the
-- seconds that are added all the time do not touch this.
CREATE INDEX lesson_progress_finished ON lesson_progress (finished_at) WHERE finished_at IS NOT NULL;

-- What was finished before this enters with the time as it stands.
INSERT INTO insight_lessons (enrollment_id, lesson_id, edition_id, active_seconds, request_seconds, entered_at)
SELECT p.enrollment_id, p.lesson_id, e.edition_id, p.active_seconds, p.request_seconds, p.finished_at
FROM lesson_progress p JOIN enrollments e ON e.id = p.enrollment_id
WHERE p.finished_at IS NOT NULL AND e.event_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM evidence v WHERE v.enrollment_id = e.id AND v.kind = 'edition.moved');

-- +goose Down
DROP INDEX lesson_progress_finished;
DROP TABLE insight_lessons;
DROP TABLE insight_attempts;
