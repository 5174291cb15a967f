-- +goose Up
-- Beside an edition it may be recorded that its text settles what was withdrawn or
-- corrected in an earlier one. Neither engine can be told so by one statement for
-- both, so the table is made anew; nothing refers to it.
CREATE TABLE edition_overlays_anew (
    id          TEXT PRIMARY KEY,
    edition_id  TEXT NOT NULL CONSTRAINT edition_overlays_edition REFERENCES editions (id) ON DELETE RESTRICT,
    seq         BIGINT NOT NULL CHECK (seq > 0),
    kind        TEXT NOT NULL CHECK (kind IN ('signoff', 'signoff_retracted', 'withdrawal', 'erratum', 'settled')),
    record      TEXT NOT NULL,
    hash        TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by TEXT NOT NULL
);
INSERT INTO edition_overlays_anew (id, edition_id, seq, kind, record, hash, recorded_at, recorded_by)
SELECT id, edition_id, seq, kind, record, hash, recorded_at, recorded_by FROM edition_overlays;
DROP TABLE edition_overlays;
ALTER TABLE edition_overlays_anew RENAME TO edition_overlays;
CREATE UNIQUE INDEX edition_overlays_seq ON edition_overlays (edition_id, seq);

-- +goose Down
-- The wider check stays: records that it allows may be there.
SELECT 1;
