-- +goose Up
-- Whom a correction about safety could not be mailed to, and why: no mail reaches the
-- address, or the account is closed.
CREATE TABLE erratum_unreached (
    enrollment_id TEXT NOT NULL CONSTRAINT erratum_unreached_enrollment REFERENCES enrollments (id) ON DELETE RESTRICT,
    erratum_id    TEXT NOT NULL CHECK (erratum_id <> ''),
    reason        TEXT NOT NULL CHECK (reason IN ('address', 'account')),
    noted_at      TIMESTAMP NOT NULL,
    PRIMARY KEY (enrollment_id, erratum_id)
);

-- +goose Down
DROP TABLE erratum_unreached;
