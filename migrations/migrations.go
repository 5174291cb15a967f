// Package migrations embeds the schema, one file a step.
//
// A step is one SQL file for both engines. Only where the engines must differ
// it is a pair that ends in .sqlite.sql and .postgres.sql. A released file is
// never edited: what it did wrong, the next step mends.
package migrations

import "embed"

// FS holds the migration files.
//
//go:embed *.sql
var FS embed.FS
