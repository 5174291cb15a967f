-- +goose Up
-- What holders show of their certificates to everybody. By the enrollment that
-- earned it, so that a corrected certificate keeps the choice and the one that it
-- replaces loses it.

CREATE TABLE certificate_shares (
    enrollment_id  TEXT PRIMARY KEY CONSTRAINT certificate_shares_enrollment REFERENCES enrollments (id) ON DELETE RESTRICT,
    person_id      TEXT NOT NULL CONSTRAINT certificate_shares_person REFERENCES people (id) ON DELETE RESTRICT,
    shared         BOOLEAN NOT NULL,
    -- Beside the title of the course, the provider and the state.
    show_name      BOOLEAN NOT NULL,
    show_completed BOOLEAN NOT NULL,
    show_credit    BOOLEAN NOT NULL,
    -- The Open Badge, which says all of that and more.
    show_badge     BOOLEAN NOT NULL,
    -- Search engines may list the page.
    listed         BOOLEAN NOT NULL,
    changed_at     TIMESTAMP NOT NULL,
    CHECK (NOT show_badge OR (show_name AND show_completed AND show_credit))
);
CREATE INDEX certificate_shares_person_id ON certificate_shares (person_id, enrollment_id);

-- +goose Down
DROP TABLE certificate_shares;
