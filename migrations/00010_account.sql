-- +goose Up
-- People, what they may do, and how they prove who they are.

CREATE TABLE people (
    id                 TEXT PRIMARY KEY,
    email              TEXT NOT NULL,
    email_key          TEXT NOT NULL,
    name               TEXT NOT NULL,
    legal_name         TEXT NOT NULL DEFAULT '',
    time_zone          TEXT NOT NULL,
    profession         TEXT NOT NULL DEFAULT '',
    password_hash      TEXT NOT NULL,
    -- Raised whenever what the access tokens say stops being true.
    token_version      BIGINT NOT NULL DEFAULT 1 CHECK (token_version > 0),
    email_confirmed_at TIMESTAMP,
    -- Registered more than once before the mailbox spoke: whose the password is,
    -- nobody knows.
    contested          BOOLEAN NOT NULL DEFAULT FALSE,
    blocked_at         TIMESTAMP,
    blocked_reason     TEXT NOT NULL DEFAULT '',
    erased_at          TIMESTAMP,
    created_at         TIMESTAMP NOT NULL,
    -- Names, address and license numbers without case and accents, as lists are
    -- searched.
    search             TEXT NOT NULL DEFAULT '',
    CHECK (email <> '' AND name <> '')
);
CREATE UNIQUE INDEX people_email_key ON people (email_key);
CREATE INDEX people_name ON people (name, id);
CREATE INDEX people_created_at ON people (created_at, id);

CREATE TABLE person_roles (
    person_id  TEXT NOT NULL CONSTRAINT person_roles_person REFERENCES people (id) ON DELETE RESTRICT,
    role       TEXT NOT NULL CHECK (role IN ('therapist', 'instructor', 'administrator', 'guest')),
    granted_at TIMESTAMP NOT NULL,
    ends_at    TIMESTAMP,
    PRIMARY KEY (person_id, role),
    CHECK (role <> 'guest' OR ends_at IS NOT NULL)
);
CREATE INDEX person_roles_role ON person_roles (role, person_id);

CREATE TABLE licenses (
    id           TEXT PRIMARY KEY,
    person_id    TEXT NOT NULL CONSTRAINT licenses_person REFERENCES people (id) ON DELETE RESTRICT,
    profession   TEXT NOT NULL,
    jurisdiction TEXT NOT NULL,
    number       TEXT NOT NULL CHECK (number <> ''),
    number_key   TEXT NOT NULL,
    expires_on   TEXT,
    created_at   TIMESTAMP NOT NULL,
    updated_at   TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX licenses_once ON licenses (person_id, profession, jurisdiction, number_key);

-- Links sent by mail, and the ticket between password and second factor.
CREATE TABLE account_tokens (
    hash       TEXT PRIMARY KEY,
    person_id  TEXT NOT NULL CONSTRAINT account_tokens_person REFERENCES people (id) ON DELETE RESTRICT,
    purpose    TEXT NOT NULL CHECK (purpose IN ('confirm', 'reset', 'change', 'factor')),
    email      TEXT NOT NULL,
    -- What somebody filled in who registered an unconfirmed address once more:
    -- it counts when the link of that registration is used.
    name          TEXT NOT NULL DEFAULT '',
    password_hash TEXT NOT NULL DEFAULT '',
    time_zone     TEXT NOT NULL DEFAULT '',
    profession    TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    -- A spent one stays until it expires: the second click on a button is to
    -- find what the first did. A ticket names the session that it opened.
    used_at    TIMESTAMP,
    session_id TEXT NOT NULL DEFAULT '',
    CHECK ((name = '') = (password_hash = ''))
);
CREATE INDEX account_tokens_person ON account_tokens (person_id, purpose);
CREATE INDEX account_tokens_expires_at ON account_tokens (expires_at);

-- A session is one device; its refresh tokens are one family.
CREATE TABLE sessions (
    id           TEXT PRIMARY KEY,
    person_id    TEXT NOT NULL CONSTRAINT sessions_person REFERENCES people (id) ON DELETE RESTRICT,
    device       TEXT NOT NULL,
    ip           TEXT NOT NULL,
    auth_at      TIMESTAMP NOT NULL,
    factor_at    TIMESTAMP,
    -- A hash of the proof given last, to know the second click on its button.
    factor_proof TEXT NOT NULL DEFAULT '',
    created_at   TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    expires_at   TIMESTAMP NOT NULL,
    ended_at     TIMESTAMP,
    end_reason   TEXT NOT NULL DEFAULT '' CHECK (end_reason IN ('', 'signed out', 'password', 'email', 'blocked', 'factors', 'reuse', 'erased')),
    CHECK ((ended_at IS NULL) = (end_reason = '')),
    CHECK (factor_proof = '' OR factor_at IS NOT NULL)
);
CREATE INDEX sessions_person ON sessions (person_id, last_seen_at);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

CREATE TABLE refresh_tokens (
    hash       TEXT PRIMARY KEY,
    session_id TEXT NOT NULL CONSTRAINT refresh_tokens_session REFERENCES sessions (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL,
    rotated_at TIMESTAMP
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_created_at ON refresh_tokens (created_at);

-- Access tokens that no longer count although they have not expired: those of a
-- session, or those of a person below a version.
CREATE TABLE revocations (
    id            TEXT PRIMARY KEY,
    session_id    TEXT NOT NULL DEFAULT '',
    person_id     TEXT NOT NULL DEFAULT '',
    token_version BIGINT NOT NULL DEFAULT 0,
    expires_at    TIMESTAMP NOT NULL,
    CHECK ((session_id = '') <> (person_id = ''))
);
CREATE INDEX revocations_expires_at ON revocations (expires_at);

CREATE TABLE totp_factors (
    person_id    TEXT PRIMARY KEY CONSTRAINT totp_factors_person REFERENCES people (id) ON DELETE RESTRICT,
    sealed       BYTEA NOT NULL,
    last_step    BIGINT NOT NULL DEFAULT 0,
    created_at   TIMESTAMP NOT NULL,
    confirmed_at TIMESTAMP
);

CREATE TABLE passkeys (
    id           TEXT PRIMARY KEY,
    person_id    TEXT NOT NULL CONSTRAINT passkeys_person REFERENCES people (id) ON DELETE RESTRICT,
    name         TEXT NOT NULL CHECK (name <> ''),
    credential   TEXT NOT NULL,
    created_at   TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP
);
CREATE INDEX passkeys_person ON passkeys (person_id, created_at);

CREATE TABLE passkey_challenges (
    hash       TEXT PRIMARY KEY,
    person_id  TEXT NOT NULL CONSTRAINT passkey_challenges_person REFERENCES people (id) ON DELETE RESTRICT,
    purpose    TEXT NOT NULL CHECK (purpose IN ('enroll', 'prove')),
    data       TEXT NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX passkey_challenges_person ON passkey_challenges (person_id);
CREATE INDEX passkey_challenges_expires_at ON passkey_challenges (expires_at);

CREATE TABLE recovery_codes (
    hash       TEXT PRIMARY KEY,
    person_id  TEXT NOT NULL CONSTRAINT recovery_codes_person REFERENCES people (id) ON DELETE RESTRICT,
    created_at TIMESTAMP NOT NULL,
    used_at    TIMESTAMP
);
CREATE INDEX recovery_codes_person ON recovery_codes (person_id);

-- Recovery codes that their owner is to write down, sealed: shown for ten
-- minutes at most, so that loading the page again shows the same ones.
CREATE TABLE recovery_sheets (
    person_id  TEXT PRIMARY KEY CONSTRAINT recovery_sheets_person REFERENCES people (id) ON DELETE RESTRICT,
    sealed     BYTEA NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX recovery_sheets_expires_at ON recovery_sheets (expires_at);

-- What a person removed from their own lists a while ago: a second click finds
-- it done, and what was never theirs is not there.
CREATE TABLE removals (
    person_id  TEXT NOT NULL CONSTRAINT removals_person REFERENCES people (id) ON DELETE RESTRICT,
    id         TEXT NOT NULL,
    removed_at TIMESTAMP NOT NULL,
    PRIMARY KEY (person_id, id)
);
CREATE INDEX removals_removed_at ON removals (removed_at);

-- Counters of fixed windows; the key is a keyed fingerprint of what is counted.
CREATE TABLE rate_limits (
    key     TEXT PRIMARY KEY,
    hits    BIGINT NOT NULL CHECK (hits > 0),
    ends_at TIMESTAMP NOT NULL
);
CREATE INDEX rate_limits_ends_at ON rate_limits (ends_at);

-- +goose Down
DROP TABLE rate_limits;
DROP TABLE removals;
DROP TABLE recovery_sheets;
DROP TABLE recovery_codes;
DROP TABLE passkey_challenges;
DROP TABLE passkeys;
DROP TABLE totp_factors;
DROP TABLE revocations;
DROP TABLE refresh_tokens;
DROP TABLE sessions;
DROP TABLE account_tokens;
DROP TABLE licenses;
DROP TABLE person_roles;
DROP TABLE people;
