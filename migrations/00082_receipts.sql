-- +goose Up
-- Who sold, frozen with the order for its receipt, and when the buyer came back
-- from Stripe's page.
ALTER TABLE orders ADD COLUMN seller_address TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN seller_tax_id TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN returned_at TIMESTAMP;

-- +goose Down
ALTER TABLE orders DROP COLUMN returned_at;
ALTER TABLE orders DROP COLUMN seller_tax_id;
ALTER TABLE orders DROP COLUMN seller_address;
