-- +goose Up
-- How many bytes of media somebody sent on a day (UTC), so that nobody fills the store.
CREATE TABLE media_sent (
    person_id TEXT NOT NULL CONSTRAINT media_sent_person REFERENCES people (id) ON DELETE CASCADE,
    day       TEXT NOT NULL,
    bytes     BIGINT NOT NULL CHECK (bytes >= 0),
    PRIMARY KEY (person_id, day)
);
CREATE INDEX media_sent_day ON media_sent (day);

-- +goose Down
DROP TABLE media_sent;
