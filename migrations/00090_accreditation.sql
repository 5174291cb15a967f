-- +goose Up
-- Approvals of the provider and of courses, rule packs beside the bundled ones,
-- and what administrators confirmed of rules that could not be verified. Rows are
-- never changed but for the end of an approval, and never deleted: certificates
-- rest on them.

CREATE TABLE approvals (
    id              TEXT PRIMARY KEY,
    accreditor      TEXT NOT NULL CHECK (accreditor <> ''),
    -- NULL: of the provider, for every course.
    course_id       TEXT CONSTRAINT approvals_course REFERENCES courses (id) ON DELETE RESTRICT,
    provider_number TEXT NOT NULL,
    course_number   TEXT NOT NULL,
    -- YYYY-MM-DD in the provider's zone, the first and the last day.
    from_on         TEXT NOT NULL CHECK (length(from_on) = 10),
    until_on        TEXT NOT NULL CHECK (length(until_on) = 10),
    statement       TEXT NOT NULL,
    category        TEXT NOT NULL,
    -- 0: as the accreditor's rules work them out.
    centihours      BIGINT NOT NULL CHECK (centihours >= 0),
    -- JSON: where it counts; empty means everywhere.
    jurisdictions   TEXT NOT NULL,
    note            TEXT NOT NULL,
    created_by      TEXT NOT NULL,
    created_at      TIMESTAMP NOT NULL,
    -- The last day after it was ended early; void: it never counted.
    ended_on        TEXT CHECK (ended_on IS NULL OR length(ended_on) = 10),
    voided          BOOLEAN NOT NULL,
    end_reason      TEXT NOT NULL,
    CHECK (from_on <= until_on),
    CHECK (ended_on IS NULL OR end_reason <> ''),
    CHECK (NOT voided OR end_reason <> '')
);
CREATE INDEX approvals_accreditor ON approvals (accreditor, id);
CREATE INDEX approvals_course ON approvals (course_id);
CREATE INDEX approvals_until_on ON approvals (until_on, id);

CREATE TABLE rule_packs (
    id         TEXT PRIMARY KEY,
    code       TEXT NOT NULL CHECK (code <> ''),
    version    BIGINT NOT NULL CHECK (version > 0),
    -- Empty: back to the bundled one.
    body       TEXT NOT NULL,
    note       TEXT NOT NULL CHECK (note <> ''),
    created_by TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX rule_packs_version ON rule_packs (code, version);

CREATE TABLE rule_confirmations (
    id           TEXT PRIMARY KEY,
    code         TEXT NOT NULL,
    rule         TEXT NOT NULL,
    -- Of the rule as it was confirmed: another value asks anew.
    rule_hash    TEXT NOT NULL CHECK (length(rule_hash) = 64),
    note         TEXT NOT NULL CHECK (note <> ''),
    confirmed_by TEXT NOT NULL,
    confirmed_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX rule_confirmations_once ON rule_confirmations (code, rule, rule_hash);

-- +goose Down
DROP TABLE rule_confirmations;
DROP TABLE rule_packs;
DROP TABLE approvals;
