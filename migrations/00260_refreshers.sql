-- +goose Up
-- Practice questions after a course, at growing intervals, for whoever chose that.
-- They earn nothing: no row here is evidence for a certificate.

-- One for each time in a course. Whether it still runs also follows from the
-- enrollment, which must be completed, and from the day on which it ends.
CREATE TABLE refresher_plans (
    id            TEXT PRIMARY KEY,
    enrollment_id TEXT NOT NULL CONSTRAINT refresher_plans_enrollment REFERENCES enrollments (id) ON DELETE RESTRICT,
    person_id     TEXT NOT NULL CONSTRAINT refresher_plans_person REFERENCES people (id) ON DELETE RESTRICT,
    -- That of the enrollment, which no longer changes once it is completed.
    edition_id    TEXT NOT NULL CONSTRAINT refresher_plans_edition REFERENCES editions (id) ON DELETE RESTRICT,
    by_mail       BOOLEAN NOT NULL,
    started_at    TIMESTAMP NOT NULL,
    ends_at       TIMESTAMP NOT NULL,
    stopped_at    TIMESTAMP,
    CHECK (ends_at > started_at)
);
CREATE UNIQUE INDEX refresher_plans_enrollment_id ON refresher_plans (enrollment_id);
CREATE INDEX refresher_plans_person_id ON refresher_plans (person_id, id);
CREATE INDEX refresher_plans_edition_id ON refresher_plans (edition_id, id);

-- What is known of a person's memory of one question. Until its first review a card
-- has no stability and no difficulty: 0.
CREATE TABLE refresher_cards (
    plan_id        TEXT NOT NULL CONSTRAINT refresher_cards_plan REFERENCES refresher_plans (id) ON DELETE CASCADE,
    question_id    TEXT NOT NULL,
    due_at         TIMESTAMP NOT NULL,
    reviewed_at    TIMESTAMP,
    stability      DOUBLE PRECISION NOT NULL,
    difficulty     DOUBLE PRECISION NOT NULL,
    scheduled_days BIGINT NOT NULL CHECK (scheduled_days >= 0),
    reps           BIGINT NOT NULL CHECK (reps >= 0),
    lapses         BIGINT NOT NULL CHECK (lapses >= 0),
    PRIMARY KEY (plan_id, question_id),
    CHECK ((reviewed_at IS NULL) = (reps = 0))
);
CREATE INDEX refresher_cards_due_at ON refresher_cards (due_at, plan_id);

-- Only added to. rep counts a card's reviews from 1.
CREATE TABLE refresher_reviews (
    id           TEXT PRIMARY KEY,
    plan_id      TEXT NOT NULL,
    question_id  TEXT NOT NULL,
    rep          BIGINT NOT NULL CHECK (rep > 0),
    correct      BOOLEAN NOT NULL,
    grade        TEXT NOT NULL CHECK (grade IN ('again', 'hard', 'good')),
    response     TEXT NOT NULL,
    -- Whole days since the review before, 0 at the first, and until the next one.
    elapsed_days BIGINT NOT NULL CHECK (elapsed_days >= 0),
    next_days    BIGINT NOT NULL CHECK (next_days > 0),
    reviewed_at  TIMESTAMP NOT NULL,
    CONSTRAINT refresher_reviews_card FOREIGN KEY (plan_id, question_id) REFERENCES refresher_cards (plan_id, question_id) ON DELETE CASCADE,
    CHECK (correct = (grade <> 'again'))
);
CREATE UNIQUE INDEX refresher_reviews_rep ON refresher_reviews (plan_id, question_id, rep);
CREATE INDEX refresher_reviews_reviewed_at ON refresher_reviews (plan_id, reviewed_at);

-- When a person was last written to, whatever the courses, and how many mails
-- brought no answer since.
CREATE TABLE refresher_mails (
    person_id TEXT PRIMARY KEY CONSTRAINT refresher_mails_person REFERENCES people (id) ON DELETE RESTRICT,
    mailed_at TIMESTAMP NOT NULL,
    silent    BIGINT NOT NULL CHECK (silent >= 0)
);

-- +goose Down
DROP TABLE refresher_mails;
DROP TABLE refresher_reviews;
DROP TABLE refresher_cards;
DROP TABLE refresher_plans;
