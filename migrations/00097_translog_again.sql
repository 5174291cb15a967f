-- +goose Up
-- Facts and documents are logged once; a certificate may be revoked, reinstated and
-- revoked again, and each time is an entry.

DROP INDEX translog_leaves_once;
CREATE UNIQUE INDEX translog_leaves_once ON translog_leaves (subject, kind, hash) WHERE kind IN ('facts', 'document');
CREATE INDEX translog_leaves_subject ON translog_leaves (subject, position);

-- +goose Down
-- An entry is never removed: a log that has such a repetition cannot go back.
DROP INDEX translog_leaves_subject;
DROP INDEX translog_leaves_once;
CREATE UNIQUE INDEX translog_leaves_once ON translog_leaves (subject, kind, hash);
