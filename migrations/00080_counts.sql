-- +goose Up
-- What the administrator's first page counts by time or by need.
CREATE INDEX certificates_issued_at ON certificates (issued_at);
CREATE INDEX payments_received_at ON payments (received_at);
CREATE INDEX refunds_settled_at ON refunds (settled_at);
CREATE INDEX orders_attention ON orders (id) WHERE attention <> '';

-- +goose Down
DROP INDEX orders_attention;
DROP INDEX refunds_settled_at;
DROP INDEX payments_received_at;
DROP INDEX certificates_issued_at;
