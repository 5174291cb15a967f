-- +goose Up
-- A revocation can be taken back. What happened to a certificate has an order of
-- its own, since the clocks of two replicas differ.

CREATE TABLE certificate_history (
    id             TEXT PRIMARY KEY,
    certificate_id TEXT NOT NULL CONSTRAINT certificate_history_certificate REFERENCES certificates (id) ON DELETE RESTRICT,
    position       BIGINT NOT NULL CHECK (position > 0),
    kind           TEXT NOT NULL CHECK (kind IN ('reserved', 'issued', 'superseded', 'revoked', 'reinstated')),
    reason         TEXT NOT NULL,
    actor_id       TEXT,
    at             TIMESTAMP NOT NULL,
    -- The entry of the transparency log that tells it, so that a page need not ask.
    log_position   BIGINT CHECK (log_position >= 0)
);
INSERT INTO certificate_history (id, certificate_id, position, kind, reason, actor_id, at, log_position)
SELECT id, certificate_id,
    row_number() OVER (PARTITION BY certificate_id ORDER BY CASE kind WHEN 'reserved' THEN 0 WHEN 'issued' THEN 1 ELSE 2 END, id),
    kind, reason, actor_id, at,
    (SELECT l.position FROM translog_leaves l WHERE l.subject = e.certificate_id
        AND l.kind = CASE e.kind WHEN 'issued' THEN 'document' ELSE e.kind END)
FROM certificate_events e;
DROP TABLE certificate_events;
CREATE UNIQUE INDEX certificate_history_position ON certificate_history (certificate_id, position);

-- +goose Down
CREATE TABLE certificate_events (
    id             TEXT PRIMARY KEY,
    certificate_id TEXT NOT NULL CONSTRAINT certificate_events_certificate REFERENCES certificates (id) ON DELETE RESTRICT,
    kind           TEXT NOT NULL CHECK (kind IN ('reserved', 'issued', 'superseded', 'revoked')),
    reason         TEXT NOT NULL,
    actor_id       TEXT,
    at             TIMESTAMP NOT NULL
);
-- A certificate that was reinstated has no revocation left.
INSERT INTO certificate_events (id, certificate_id, kind, reason, actor_id, at)
SELECT id, certificate_id, kind, reason, actor_id, at FROM certificate_history h
WHERE kind <> 'reinstated'
    AND NOT (kind = 'revoked' AND EXISTS (SELECT 1 FROM certificate_history r
        WHERE r.certificate_id = h.certificate_id AND r.kind = 'reinstated' AND r.position > h.position));
CREATE INDEX certificate_events_certificate_id ON certificate_events (certificate_id, id);
DROP TABLE certificate_history;
