-- +goose Up
-- What the administrator's first page counts by time.
CREATE INDEX certificates_issued_at ON certificates (issued_at);
CREATE INDEX payments_received_at ON payments (received_at);
CREATE INDEX refunds_settled_at ON refunds (settled_at);

-- +goose Down
DROP INDEX refunds_settled_at;
DROP INDEX payments_received_at;
DROP INDEX certificates_issued_at;
