-- +goose Up
-- What was said and shown in a conversation is counted, so that those who teach act on
-- what they have seen.
ALTER TABLE conversation_threads ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;

-- Every wording that was shown to all learners, with who showed it and when.
CREATE TABLE conversation_shown (
    id        TEXT PRIMARY KEY,
    thread_id TEXT NOT NULL CONSTRAINT conversation_shown_thread REFERENCES conversation_threads (id) ON DELETE RESTRICT,
    question  TEXT NOT NULL,
    answer    TEXT NOT NULL,
    shown_by  TEXT NOT NULL,
    shown_at  TIMESTAMP NOT NULL
);
CREATE INDEX conversation_shown_thread_id ON conversation_shown (thread_id, id);

-- The last one is still there, with who showed it in the audit log.
INSERT INTO conversation_shown (id, thread_id, question, answer, shown_by, shown_at)
SELECT e.id, t.id, t.shown_question, t.shown_answer, e.actor_id, e.occurred_at
FROM conversation_threads t
JOIN audit_events e ON e.object_kind = 'conversation' AND e.object_id = t.id AND e.action = 'conversation.show'
WHERE e.id = (SELECT max(l.id) FROM audit_events l WHERE l.object_kind = 'conversation' AND l.object_id = t.id AND l.action = 'conversation.show');

-- Who asked was told that an edition has a change that came of it, once for each.
CREATE TABLE conversation_told (
    thread_id  TEXT NOT NULL CONSTRAINT conversation_told_thread REFERENCES conversation_threads (id) ON DELETE RESTRICT,
    edition_id TEXT NOT NULL CONSTRAINT conversation_told_edition REFERENCES editions (id) ON DELETE RESTRICT,
    told_at    TIMESTAMP NOT NULL,
    PRIMARY KEY (thread_id, edition_id)
);
CREATE INDEX conversation_told_edition_id ON conversation_told (edition_id);

-- What waits is new to somebody also when it is no longer hidden, and when they begin
-- to see its course: reach is what they saw when a digest was sent, '' if that was not
-- kept.
ALTER TABLE conversation_threads ADD COLUMN unhidden_at TIMESTAMP;
ALTER TABLE conversation_digests ADD COLUMN reach TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE conversation_threads DROP COLUMN revision;
ALTER TABLE conversation_digests DROP COLUMN reach;
ALTER TABLE conversation_threads DROP COLUMN unhidden_at;
DROP TABLE conversation_told;
DROP TABLE conversation_shown;
