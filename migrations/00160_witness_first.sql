-- +goose Up
-- What a witness signed first of a line, for a proof that it vouches for.
CREATE INDEX witness_cosignatures_witness ON witness_cosignatures (origin, witness, size);

-- +goose Down
DROP INDEX witness_cosignatures_witness;
