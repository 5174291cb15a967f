package witness

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/translog"
)

// state is a row of witnesses.
type state struct {
	Witness    string
	Size       int64
	Root       []byte
	CosignedAt *time.Time
	Failures   int64
	Problem    string
	AskAt      time.Time
	Alarm      Alarm
	AlarmAt    *time.Time
	Seen       int64
}

const stateColumns = "witness, size, root, cosigned_at, failures, problem, ask_at, alarm, alarm_at, seen"

func (s *Service) states(ctx context.Context) (map[string]state, []state, error) {
	var list []state
	err := s.db.Read(ctx).Raw("SELECT "+stateColumns+" FROM witnesses WHERE origin = ? ORDER BY witness", s.log.Origin()).Scan(&list).Error
	by := make(map[string]state, len(list))
	for _, st := range list {
		by[st.Witness] = st
	}
	return by, list, err
}

func (s *Service) put(ctx context.Context, st state) error {
	return s.db.Conn(ctx).Exec(`INSERT INTO witnesses (origin, `+stateColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (origin, witness) DO UPDATE SET size = excluded.size, root = excluded.root, cosigned_at = excluded.cosigned_at,
			failures = excluded.failures, problem = excluded.problem, ask_at = excluded.ask_at,
			alarm = excluded.alarm, alarm_at = excluded.alarm_at, seen = excluded.seen`,
		s.log.Origin(), st.Witness, st.Size, st.Root, st.CosignedAt, st.Failures, st.Problem, st.AskAt, st.Alarm, st.AlarmAt, st.Seen).Error
}

// signature is a row of witness_cosignatures.
type signature struct {
	Witness  string
	Size     int64
	Root     []byte
	SignedAt time.Time
	Line     string
}

// add stores what a witness signed of a tree; the same again changes nothing.
func (s *Service) add(ctx context.Context, t translog.Tree, c translog.Cosignature, now time.Time) error {
	return s.db.Conn(ctx).Exec(`INSERT INTO witness_cosignatures (origin, witness, size, root, signed_at, line, stored_at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`, s.log.Origin(), c.Key.String(), t.Size, t.Root[:], c.At, c.Line, now).Error
}

const signatureColumns = "witness, size, root, signed_at, line"

// newest is the size of the longest tree that one of the witnesses signed last, 0 for
// none.
func (s *Service) newest(ctx context.Context, witnesses []string) (size int64, err error) {
	err = s.db.Read(ctx).Raw("SELECT coalesce(max(size), 0) FROM witnesses WHERE origin = ? AND witness IN ?", s.log.Origin(), witnesses).Scan(&size).Error
	return size, err
}

// signed is the size of the first tree from one on that anybody signed, 0 for none.
func (s *Service) signed(ctx context.Context, from int64) (size int64, err error) {
	err = s.db.Read(ctx).Raw("SELECT size FROM witness_cosignatures WHERE origin = ? AND size >= ? ORDER BY size LIMIT 1",
		s.log.Origin(), from).Scan(&size).Error
	return size, err
}

// signedBy is signed for one witness.
func (s *Service) signedBy(ctx context.Context, witness string, from int64) (size int64, err error) {
	err = s.db.Read(ctx).Raw("SELECT size FROM witness_cosignatures WHERE origin = ? AND witness = ? AND size >= ? ORDER BY size LIMIT 1",
		s.log.Origin(), witness, from).Scan(&size).Error
	return size, err
}

// which of the signatures that a witness made of one tree.
type which struct{ pick, order string }

var (
	earliest = which{"min", "ASC"}
	latest   = which{"max", "DESC"}
)

// ofTree are the signatures of a tree, one of each witness. A log that stands still
// is signed twice a day, so the others are not even looked at: SQLite takes the
// tables of a CROSS JOIN in their order.
func (s *Service) ofTree(ctx context.Context, t translog.Tree, w which) (list []signature, err error) {
	err = s.db.Read(ctx).Raw(`SELECT c.witness, c.size, c.root, c.signed_at, c.line FROM witnesses AS w CROSS JOIN witness_cosignatures AS c
		WHERE w.origin = ? AND c.origin = w.origin AND c.size = ? AND c.witness = w.witness AND c.signed_at = (
			SELECT `+w.pick+`(o.signed_at) FROM witness_cosignatures AS o
			WHERE o.origin = w.origin AND o.size = ? AND o.witness = w.witness AND o.root = ?)
		ORDER BY c.signed_at `+w.order+`, c.witness`, s.log.Origin(), t.Size, t.Size, t.Root[:]).Scan(&list).Error
	return list, err
}

// after are up to n signatures behind one, by size, witness and time.
func (s *Service) after(ctx context.Context, last signature, n int) (list []signature, err error) {
	err = s.db.Read(ctx).Raw(`SELECT `+signatureColumns+` FROM witness_cosignatures WHERE origin = ? AND
		(size > ? OR size = ? AND (witness > ? OR witness = ? AND signed_at > ?)) ORDER BY size, witness, signed_at LIMIT ?`,
		s.log.Origin(), last.Size, last.Size, last.Witness, last.Witness, last.SignedAt, n).Scan(&list).Error
	return list, err
}
