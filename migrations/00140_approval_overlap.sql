-- +goose Up
-- One row for each accreditor, course ('' for the provider) and category of which
-- an approval was recorded: whoever records another holds it, so that of two at
-- once the second sees the first.
CREATE TABLE approval_subjects (
    accreditor TEXT NOT NULL,
    course_id  TEXT NOT NULL,
    -- In lower case.
    category   TEXT NOT NULL,
    PRIMARY KEY (accreditor, course_id, category)
);

-- Why one that had ended was made void later; its own end and reason stay.
ALTER TABLE approvals ADD COLUMN void_reason TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE approvals DROP COLUMN void_reason;
DROP TABLE approval_subjects;
