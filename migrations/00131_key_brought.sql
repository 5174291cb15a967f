-- +goose Up
-- Whether the operator brought a key in a file: the next one comes from there too.

ALTER TABLE signing_keys ADD COLUMN brought BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE signing_keys SET brought = TRUE WHERE id IN (SELECT object_id FROM audit_events WHERE action = 'key.adopt');

-- +goose Down
ALTER TABLE signing_keys DROP COLUMN brought;
