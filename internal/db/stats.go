package db

import "database/sql"

// Pools returns the statistics of the connection pools by name: write and read
// on SQLite, one pool on PostgreSQL.
func (d *DB) Pools() map[string]sql.DBStats {
	if d.sqlR == d.sqlW {
		return map[string]sql.DBStats{"all": d.sqlW.Stats()}
	}
	return map[string]sql.DBStats{"write": d.sqlW.Stats(), "read": d.sqlR.Stats()}
}
