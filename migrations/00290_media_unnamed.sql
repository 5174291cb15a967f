-- +goose Up
-- Since when nothing names a file of media, as far as a sweep has seen; NULL while
-- something does. It is deleted some time after that, not after used_at, which may be
-- as old as the file's place in its course.
ALTER TABLE media_blobs ADD COLUMN unnamed_at TIMESTAMP;

-- +goose Down
ALTER TABLE media_blobs DROP COLUMN unnamed_at;
