-- +goose Up
-- A secret that waits for its first code is for the session that asked for it.
ALTER TABLE totp_factors ADD COLUMN session_id TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE totp_factors DROP COLUMN session_id;
