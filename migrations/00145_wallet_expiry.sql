-- +goose Up
-- Licenses whose day of expiry a renewal period set, with the day that was entered
-- before ('' for none). It holds as long as the license expires on moved_to: a day
-- that was entered since is the person's own.
CREATE TABLE wallet_moves (
    license_id TEXT PRIMARY KEY CONSTRAINT wallet_moves_license REFERENCES licenses (id) ON DELETE CASCADE,
    moved_from TEXT NOT NULL CHECK (length(moved_from) IN (0, 10)),
    moved_to   TEXT NOT NULL CHECK (length(moved_to) = 10 AND moved_from < moved_to)
);

-- +goose Down
DROP TABLE wallet_moves;
