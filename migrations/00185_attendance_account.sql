-- +goose Up
-- The account that a row was shown to belong to ('' for none): the row is issued to no
-- other one.
ALTER TABLE attendance_rows ADD COLUMN account_id TEXT NOT NULL DEFAULT '';
UPDATE attendance_rows SET account_id = COALESCE((SELECT p.id FROM people p WHERE p.email_key = lower(trim(attendance_rows.email))), '')
    WHERE outcome = '' AND verdict IN ('issue', 'other_name');

-- +goose Down
ALTER TABLE attendance_rows DROP COLUMN account_id;
