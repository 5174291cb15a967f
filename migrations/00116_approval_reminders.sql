-- +goose Up
-- That the provider was reminded of the end of an approval, so many days before.
CREATE TABLE approval_reminders (
    approval_id TEXT NOT NULL CONSTRAINT approval_reminders_approval REFERENCES approvals (id) ON DELETE RESTRICT,
    days        BIGINT NOT NULL CHECK (days > 0),
    sent_at     TIMESTAMP NOT NULL,
    PRIMARY KEY (approval_id, days)
);

-- +goose Down
DROP TABLE approval_reminders;
