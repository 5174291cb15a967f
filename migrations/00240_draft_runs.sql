-- +goose Up
-- An editor saves by itself every few seconds. A change that goes on with the one
-- before it (same person, same file, nothing between) names the first of its run;
-- the one before it is folded: no list shows it, and it is forgotten after a day.
ALTER TABLE draft_changes ADD COLUMN run_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE draft_changes ADD COLUMN run_at TIMESTAMP;
ALTER TABLE draft_changes ADD COLUMN folded BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX draft_changes_folded ON draft_changes (changed_at) WHERE folded;

-- +goose Down
DROP INDEX draft_changes_folded;
ALTER TABLE draft_changes DROP COLUMN folded;
ALTER TABLE draft_changes DROP COLUMN run_at;
ALTER TABLE draft_changes DROP COLUMN run_seq;
