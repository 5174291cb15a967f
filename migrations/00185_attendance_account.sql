-- +goose Up
-- The account that a row was shown to belong to ('' for none): the row is issued to no
-- other one. And the address as accounts are found by it, for the copy of their data.
ALTER TABLE attendance_rows ADD COLUMN account_id TEXT NOT NULL DEFAULT '';
ALTER TABLE attendance_rows ADD COLUMN email_key TEXT NOT NULL DEFAULT '';
UPDATE attendance_rows SET email_key = lower(trim(email));
UPDATE attendance_rows SET account_id = COALESCE((SELECT p.id FROM people p WHERE p.email_key = attendance_rows.email_key), '')
    WHERE outcome = '' AND verdict IN ('issue', 'other_name');
CREATE INDEX attendance_rows_account_id ON attendance_rows (account_id) WHERE account_id <> '';
CREATE INDEX attendance_rows_email_key ON attendance_rows (email_key) WHERE email_key <> '';

-- When the file of a list and what it said of people without a certificate were
-- deleted. Its fingerprint stays.
ALTER TABLE attendance_lists ADD COLUMN forgotten_at TIMESTAMP;
CREATE INDEX attendance_lists_kept ON attendance_lists (finished_at) WHERE state = 'finished' AND forgotten_at IS NULL;

-- +goose Down
DROP INDEX attendance_lists_kept;
ALTER TABLE attendance_lists DROP COLUMN forgotten_at;
DROP INDEX attendance_rows_email_key;
DROP INDEX attendance_rows_account_id;
ALTER TABLE attendance_rows DROP COLUMN email_key;
ALTER TABLE attendance_rows DROP COLUMN account_id;
