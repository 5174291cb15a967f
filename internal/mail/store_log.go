package mail

import (
	"context"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// insert names the person whose mail it is: the one whom the caller named, or
// else whose address it is today.
func (l *Log) insert(ctx context.Context, id, kind string, to Address, now time.Time) error {
	return l.db.Conn(ctx).Exec(`INSERT INTO mail_log (id, kind, person_id, address, search, state, queued_at)
		VALUES (?, ?, (SELECT p.id FROM people p WHERE p.id = ? OR ? = '' AND p.email_key = ?), ?, ?, 'queued', ?)`,
		id, kind, to.PersonID, to.PersonID, strings.ToLower(to.Email), to.Email, db.Fold(to.Email), now).Error
}

func (l *Log) settle(ctx context.Context, id string, state State, reason string, now time.Time) error {
	return l.db.Conn(ctx).Exec(`UPDATE mail_log SET state = ?, reason = ?, settled_at = ? WHERE id = ? AND state <> 'sent'`,
		state, reason, now, id).Error
}

func (l *Log) deleteBefore(ctx context.Context, at time.Time) error {
	return l.db.Conn(ctx).Exec("DELETE FROM mail_log WHERE queued_at < ?", at).Error
}

const fromLog = " FROM mail_log m LEFT JOIN people p ON p.id = m.person_id"

func (f Filter) where() (string, []any) {
	conds, args := []string{"1 = 1"}, []any{}
	for _, c := range []struct{ cond, value string }{
		{"m.kind = ?", f.Kind}, {"m.person_id = ?", f.PersonID}, {"m.state = ?", string(f.State)},
	} {
		if c.value != "" {
			conds, args = append(conds, c.cond), append(args, c.value)
		}
	}
	if f.Query != "" {
		like := db.Contains(f.Query)
		conds, args = append(conds, `(m.search LIKE ? ESCAPE '\' OR p.search LIKE ? ESCAPE '\')`), append(args, like, like)
	}
	return " WHERE " + strings.Join(conds, " AND "), args
}

// page is List without the total. Going back the rows come in reverse.
func (l *Log) page(ctx context.Context, f Filter) (p Page, err error) {
	f.Limit = db.PageLimit(f.Limit)
	where, args := f.where()
	id, down := f.After, f.Sort != "when"
	if f.Before != "" {
		id, down = f.Before, !down
	}
	compare, direction := ">", ""
	if down {
		compare, direction = "<", " DESC"
	}
	if id != "" {
		where, args = where+" AND m.id "+compare+" ?", append(args, id)
	}
	err = l.db.Read(ctx).Raw(`SELECT m.id, m.kind, COALESCE(m.person_id, '') AS person_id, COALESCE(p.name, '') AS person_name, m.address, m.state, m.reason, m.queued_at, m.settled_at`+
		fromLog+where+" ORDER BY m.id"+direction+" LIMIT ?", append(args, f.Limit+1)...).Scan(&p.Entries).Error
	p.Entries, p.Earlier, p.More = db.Cut(p.Entries, f.Limit, f.After != "", f.Before != "")
	return p, err
}

func (l *Log) count(ctx context.Context, f Filter) (int64, bool, error) {
	where, args := f.where()
	return db.CountUpTo(l.db.Read(ctx), fromLog+where, args...)
}
