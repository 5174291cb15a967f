-- +goose Up
-- The license wallet: what a therapist notes down about renewals, the certificates
-- that they add from elsewhere, reminders sent, and the address of their calendar.
-- What is kept for a license goes with it; what was added from elsewhere stays.

-- Whom to remind.
CREATE INDEX licenses_expires_on ON licenses (expires_on, id);

-- One row a person, which acts on their wallet write first: that puts them in a row.
CREATE TABLE wallet_people (
    person_id    TEXT PRIMARY KEY CONSTRAINT wallet_people_person REFERENCES people (id) ON DELETE RESTRICT,
    touched_at   TIMESTAMP NOT NULL,
    -- Of the calendar's secret address, NULL while it is off. The address itself is
    -- nowhere: it is made from the salt with the master key, and found by the hash.
    feed_salt    TEXT,
    feed_hash    TEXT,
    feed_made_at TIMESTAMP,
    CHECK ((feed_salt IS NULL) = (feed_hash IS NULL) AND (feed_salt IS NULL) = (feed_made_at IS NULL))
);
CREATE UNIQUE INDEX wallet_people_feed_hash ON wallet_people (feed_hash) WHERE feed_hash IS NOT NULL;

CREATE TABLE wallet_periods (
    id         TEXT PRIMARY KEY,
    license_id TEXT NOT NULL CONSTRAINT wallet_periods_license REFERENCES licenses (id) ON DELETE CASCADE,
    -- YYYY-MM-DD, the first and the last day.
    begins_on  TEXT NOT NULL CHECK (length(begins_on) = 10),
    ends_on    TEXT NOT NULL CHECK (length(ends_on) = 10),
    -- 0: not said.
    centihours BIGINT NOT NULL CHECK (centihours >= 0),
    carried    BIGINT NOT NULL CHECK (carried >= 0),
    -- JSON: of the hours, those in categories.
    targets    TEXT NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    CHECK (begins_on <= ends_on)
);
CREATE UNIQUE INDEX wallet_periods_ends_on ON wallet_periods (license_id, ends_on);

-- What a person chose for one license about a certificate that was issued here; by
-- its enrollment, so that a corrected certificate keeps it.
CREATE TABLE wallet_choices (
    license_id    TEXT NOT NULL CONSTRAINT wallet_choices_license REFERENCES licenses (id) ON DELETE CASCADE,
    enrollment_id TEXT NOT NULL CONSTRAINT wallet_choices_enrollment REFERENCES enrollments (id) ON DELETE RESTRICT,
    kind          TEXT NOT NULL CHECK (kind IN ('line', 'own', 'none')),
    approval_id   TEXT NOT NULL,
    category      TEXT NOT NULL,
    PRIMARY KEY (license_id, enrollment_id),
    CHECK ((kind = 'line') = (approval_id <> ''))
);
CREATE INDEX wallet_choices_enrollment_id ON wallet_choices (enrollment_id);

CREATE TABLE wallet_records (
    id           TEXT PRIMARY KEY,
    person_id    TEXT NOT NULL CONSTRAINT wallet_records_person REFERENCES people (id) ON DELETE RESTRICT,
    title        TEXT NOT NULL CHECK (title <> ''),
    provider     TEXT NOT NULL,
    approval     TEXT NOT NULL,
    completed_on TEXT NOT NULL CHECK (length(completed_on) = 10),
    centihours   BIGINT NOT NULL CHECK (centihours > 0),
    category     TEXT NOT NULL,
    format       TEXT NOT NULL CHECK (format IN ('live', 'self-paced')),
    created_at   TIMESTAMP NOT NULL,
    updated_at   TIMESTAMP NOT NULL
);
CREATE INDEX wallet_records_person_id ON wallet_records (person_id, completed_on, id);

CREATE TABLE wallet_record_licenses (
    record_id  TEXT NOT NULL CONSTRAINT wallet_record_licenses_record REFERENCES wallet_records (id) ON DELETE CASCADE,
    license_id TEXT NOT NULL CONSTRAINT wallet_record_licenses_license REFERENCES licenses (id) ON DELETE CASCADE,
    PRIMARY KEY (record_id, license_id)
);
CREATE INDEX wallet_record_licenses_license_id ON wallet_record_licenses (license_id);

-- Apart from the records, so that no list ever reads the bytes.
CREATE TABLE wallet_files (
    record_id TEXT PRIMARY KEY CONSTRAINT wallet_files_record REFERENCES wallet_records (id) ON DELETE CASCADE,
    name      TEXT NOT NULL CHECK (name <> ''),
    kind      TEXT NOT NULL CHECK (kind IN ('application/pdf', 'image/jpeg', 'image/png')),
    size      BIGINT NOT NULL CHECK (size > 0),
    hash      TEXT NOT NULL CHECK (length(hash) = 64),
    body      BYTEA NOT NULL,
    added_at  TIMESTAMP NOT NULL
);

-- Licenses whose owner wants no reminders.
CREATE TABLE wallet_quiet (
    license_id TEXT PRIMARY KEY CONSTRAINT wallet_quiet_license REFERENCES licenses (id) ON DELETE CASCADE,
    since      TIMESTAMP NOT NULL
);

CREATE TABLE wallet_reminders (
    license_id TEXT NOT NULL CONSTRAINT wallet_reminders_license REFERENCES licenses (id) ON DELETE CASCADE,
    expires_on TEXT NOT NULL,
    days       BIGINT NOT NULL CHECK (days > 0),
    sent_at    TIMESTAMP NOT NULL,
    PRIMARY KEY (license_id, expires_on, days)
);

-- +goose Down
DROP TABLE wallet_reminders;
DROP TABLE wallet_quiet;
DROP TABLE wallet_files;
DROP TABLE wallet_record_licenses;
DROP TABLE wallet_records;
DROP TABLE wallet_choices;
DROP TABLE wallet_periods;
DROP TABLE wallet_people;
DROP INDEX licenses_expires_on;
