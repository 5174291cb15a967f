-- +goose Up
-- On which approvals a certificate rests: what its frozen credit lines name.
CREATE TABLE certificate_credits (
    approval_id    TEXT NOT NULL,
    certificate_id TEXT NOT NULL CONSTRAINT certificate_credits_certificate REFERENCES certificates (id) ON DELETE RESTRICT,
    PRIMARY KEY (approval_id, certificate_id)
);
CREATE INDEX certificate_credits_certificate_id ON certificate_credits (certificate_id);

INSERT INTO certificate_credits (approval_id, certificate_id)
SELECT DISTINCT l.value ->> 'approval', c.id
FROM certificates c
CROSS JOIN LATERAL json_array_elements(CASE json_typeof(c.facts::json -> 'credit_lines') WHEN 'array' THEN c.facts::json -> 'credit_lines' ELSE '[]' END) AS l (value)
WHERE l.value ->> 'approval' IS NOT NULL;

-- +goose Down
DROP TABLE certificate_credits;
