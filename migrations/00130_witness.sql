-- +goose Up
-- Witnesses of the transparency log: what each has seen, how asking it went, and
-- what it signed. Cosignatures are evidence and are never changed or deleted.

CREATE TABLE witnesses (
    origin      TEXT NOT NULL CHECK (origin <> ''),
    -- The verifier key, whole: another key is another witness.
    witness     TEXT NOT NULL CHECK (witness <> ''),
    -- The tree that it cosigned last.
    size        BIGINT NOT NULL CHECK (size >= 0),
    root        BYTEA,
    cosigned_at TIMESTAMP,
    -- Asking it: failures since it last signed, why, and when to ask again.
    failures    BIGINT NOT NULL CHECK (failures >= 0),
    problem     TEXT NOT NULL,
    ask_at      TIMESTAMP NOT NULL,
    -- That it contradicts the log: it has seen one that was longer, or another one.
    alarm       TEXT NOT NULL CHECK (alarm IN ('', 'shorter', 'changed')),
    alarm_at    TIMESTAMP,
    seen        BIGINT NOT NULL CHECK (seen >= 0),
    PRIMARY KEY (origin, witness)
);

CREATE TABLE witness_cosignatures (
    origin    TEXT NOT NULL CHECK (origin <> ''),
    witness   TEXT NOT NULL CHECK (witness <> ''),
    size      BIGINT NOT NULL CHECK (size > 0),
    root      BYTEA NOT NULL,
    -- By the clock of the witness, to the second.
    signed_at TIMESTAMP NOT NULL,
    -- The signature as a checkpoint carries it.
    line      TEXT NOT NULL,
    stored_at TIMESTAMP NOT NULL,
    PRIMARY KEY (origin, size, witness, signed_at)
);

-- +goose Down
DROP TABLE witness_cosignatures;
DROP TABLE witnesses;
