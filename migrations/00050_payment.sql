-- +goose Up
-- Orders, what came in for them, what went back, and what Stripe told us.

CREATE TABLE orders (
    id             TEXT PRIMARY KEY,
    number         TEXT NOT NULL,
    person_id      TEXT NOT NULL CONSTRAINT orders_person REFERENCES people (id) ON DELETE RESTRICT,
    course_id      TEXT NOT NULL CONSTRAINT orders_course REFERENCES courses (id) ON DELETE RESTRICT,
    edition_id     TEXT NOT NULL CONSTRAINT orders_edition REFERENCES editions (id) ON DELETE RESTRICT,
    slug           TEXT NOT NULL,
    state          TEXT NOT NULL CHECK (state IN ('open', 'paid', 'expired', 'failed', 'refunding', 'refunded')),
    amount_cents   BIGINT NOT NULL CHECK (amount_cents > 0),
    currency       TEXT NOT NULL CHECK (length(currency) = 3),
    livemode       BOOLEAN NOT NULL,
    -- Frozen for the receipt.
    buyer_name     TEXT NOT NULL,
    buyer_email    TEXT NOT NULL,
    course_title   TEXT NOT NULL,
    provider       TEXT NOT NULL,
    -- Name, address, title and number as they are searched: no case, no accents.
    search         TEXT NOT NULL DEFAULT '',
    -- JSON: the versions that were shown and accepted.
    policies       TEXT NOT NULL DEFAULT '[]',
    accepted_at    TIMESTAMP,
    session_id     TEXT,
    session_url    TEXT NOT NULL DEFAULT '',
    -- Stripe keeps a failure under its idempotency key for a day: the next try
    -- needs another key.
    session_try    BIGINT NOT NULL DEFAULT 0 CHECK (session_try >= 0),
    payment_intent TEXT NOT NULL DEFAULT '',
    enrollment_id  TEXT CONSTRAINT orders_enrollment REFERENCES enrollments (id) ON DELETE RESTRICT,
    created_at     TIMESTAMP NOT NULL,
    checked_at     TIMESTAMP NOT NULL,
    -- The buyer is done and the bank takes its days (a debit).
    pending_at     TIMESTAMP,
    paid_at        TIMESTAMP,
    closed_at      TIMESTAMP,
    refunded_at    TIMESTAMP,
    CHECK (state NOT IN ('paid', 'refunding') OR paid_at IS NOT NULL),
    CHECK ((state = 'refunded') = (refunded_at IS NOT NULL))
);
CREATE UNIQUE INDEX orders_number ON orders (number);
-- A double click buys once.
CREATE UNIQUE INDEX orders_one_open ON orders (person_id, course_id) WHERE state = 'open';
CREATE UNIQUE INDEX orders_session ON orders (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX orders_person ON orders (person_id, id);
CREATE INDEX orders_course ON orders (course_id, id);
CREATE INDEX orders_edition ON orders (edition_id);
CREATE INDEX orders_enrollment ON orders (enrollment_id);
CREATE INDEX orders_state ON orders (state, checked_at);
CREATE INDEX orders_amount ON orders (amount_cents, id);
CREATE INDEX orders_payment_intent ON orders (payment_intent);

-- Money that Stripe says came in. A rejected one did not match its order.
CREATE TABLE payments (
    id             TEXT PRIMARY KEY,
    order_id       TEXT NOT NULL CONSTRAINT payments_order REFERENCES orders (id) ON DELETE RESTRICT,
    session_id     TEXT NOT NULL,
    payment_intent TEXT NOT NULL,
    state          TEXT NOT NULL CHECK (state IN ('accepted', 'rejected')),
    reason         TEXT NOT NULL DEFAULT '',
    amount_cents   BIGINT NOT NULL,
    currency       TEXT NOT NULL,
    livemode       BOOLEAN NOT NULL,
    received_at    TIMESTAMP NOT NULL,
    CHECK ((state = 'rejected') = (reason <> ''))
);
CREATE UNIQUE INDEX payments_accepted ON payments (order_id) WHERE state = 'accepted';
CREATE UNIQUE INDEX payments_rejected ON payments (order_id, session_id, reason) WHERE state = 'rejected';
CREATE INDEX payments_order ON payments (order_id, id);
CREATE INDEX payments_payment_intent ON payments (payment_intent);
CREATE INDEX payments_session ON payments (session_id);

CREATE TABLE refunds (
    id               TEXT PRIMARY KEY,
    order_id         TEXT NOT NULL CONSTRAINT refunds_order REFERENCES orders (id) ON DELETE RESTRICT,
    state            TEXT NOT NULL CHECK (state IN ('requested', 'succeeded', 'failed')),
    amount_cents     BIGINT NOT NULL CHECK (amount_cents > 0),
    currency         TEXT NOT NULL,
    reason           TEXT NOT NULL,
    -- A person or the command line; empty: Stripe told us of a refund that was
    -- made in its own dashboard.
    requested_by     TEXT NOT NULL DEFAULT '',
    -- What becomes of a certificate: open until somebody decides.
    certificate      TEXT NOT NULL CHECK (certificate IN ('none', 'open', 'keep', 'revoke')),
    stripe_refund_id TEXT NOT NULL DEFAULT '',
    failure          TEXT NOT NULL DEFAULT '',
    requested_at     TIMESTAMP NOT NULL,
    settled_at       TIMESTAMP,
    CHECK ((state = 'requested') = (settled_at IS NULL)),
    CHECK ((state = 'failed') = (failure <> ''))
);
CREATE UNIQUE INDEX refunds_one ON refunds (order_id) WHERE state <> 'failed';
CREATE INDEX refunds_order ON refunds (order_id, id);
CREATE INDEX refunds_stripe ON refunds (stripe_refund_id) WHERE stripe_refund_id <> '';

-- What an administrator must look at, until somebody has. Each is a row of its
-- own, so that none takes the place of another; ref tells facts of a kind
-- apart, and a fact that is told again is not raised again.
CREATE TABLE order_alerts (
    id         TEXT PRIMARY KEY,
    order_id   TEXT NOT NULL CONSTRAINT order_alerts_order REFERENCES orders (id) ON DELETE RESTRICT,
    kind       TEXT NOT NULL CHECK (kind IN ('enrollment', 'payment', 'refund', 'return', 'dispute', 'certificate')),
    ref        TEXT NOT NULL,
    text       TEXT NOT NULL CHECK (text <> ''),
    raised_at  TIMESTAMP NOT NULL,
    settled_at TIMESTAMP,
    -- A person, or the command line; empty: what it was about was settled.
    settled_by TEXT NOT NULL DEFAULT '',
    CHECK (settled_at IS NOT NULL OR settled_by = '')
);
CREATE UNIQUE INDEX order_alerts_fact ON order_alerts (order_id, kind, ref);
CREATE INDEX order_alerts_open ON order_alerts (order_id) WHERE settled_at IS NULL;

-- Every event acts once. One that is about no order is forgotten in time.
CREATE TABLE stripe_events (
    id          TEXT PRIMARY KEY,
    kind        TEXT NOT NULL,
    order_id    TEXT CONSTRAINT stripe_events_order REFERENCES orders (id) ON DELETE RESTRICT,
    outcome     TEXT NOT NULL,
    received_at TIMESTAMP NOT NULL
);
CREATE INDEX stripe_events_order ON stripe_events (order_id, received_at);
CREATE INDEX stripe_events_stray ON stripe_events (received_at) WHERE order_id IS NULL;

-- order_id is empty while the payment that is disputed has not reached us.
CREATE TABLE disputes (
    id             TEXT PRIMARY KEY,
    order_id       TEXT CONSTRAINT disputes_order REFERENCES orders (id) ON DELETE RESTRICT,
    payment_intent TEXT NOT NULL CHECK (payment_intent <> ''),
    state          TEXT NOT NULL CHECK (state IN ('open', 'won', 'lost')),
    reason         TEXT NOT NULL,
    amount_cents   BIGINT NOT NULL,
    currency       TEXT NOT NULL,
    opened_at      TIMESTAMP NOT NULL,
    closed_at      TIMESTAMP,
    CHECK ((state = 'open') = (closed_at IS NULL))
);
CREATE INDEX disputes_order ON disputes (order_id, id);
CREATE INDEX disputes_stray ON disputes (payment_intent) WHERE order_id IS NULL;

-- The sandbox's own books; only the demo writes here.
CREATE TABLE sandbox_sessions (
    id             TEXT PRIMARY KEY,
    payment_intent TEXT NOT NULL,
    charge         TEXT NOT NULL,
    status         TEXT NOT NULL CHECK (status IN ('open', 'complete', 'expired')),
    payment_status TEXT NOT NULL CHECK (payment_status IN ('unpaid', 'paid', 'failed')),
    refund         TEXT NOT NULL DEFAULT '',
    data           TEXT NOT NULL,
    created_at     TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX sandbox_sessions_payment_intent ON sandbox_sessions (payment_intent);

CREATE TABLE sandbox_requests (
    idempotency_key TEXT PRIMARY KEY,
    fingerprint     TEXT NOT NULL,
    status          BIGINT NOT NULL,
    body            TEXT NOT NULL,
    created_at      TIMESTAMP NOT NULL
);
CREATE INDEX sandbox_requests_created_at ON sandbox_requests (created_at);

-- +goose Down
DROP TABLE sandbox_requests;
DROP TABLE sandbox_sessions;
DROP TABLE disputes;
DROP TABLE stripe_events;
DROP TABLE order_alerts;
DROP TABLE refunds;
DROP TABLE payments;
DROP TABLE orders;
