package witness

import (
	"context"
	"time"

	"gorm.io/gorm"

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

// newest are the signatures of the longest tree that one of the witnesses signed,
// the latest first.
func (s *Service) newest(ctx context.Context, witnesses []string) ([]signature, error) {
	return s.signatures(s.db.Read(ctx), "SELECT max(size) FROM witness_cosignatures WHERE origin = ? AND witness IN ?", "DESC", s.log.Origin(), witnesses)
}

// first are the signatures of the shortest signed tree that has a leaf, the
// earliest first.
func (s *Service) first(ctx context.Context, leaf int64) ([]signature, error) {
	return s.signatures(s.db.Read(ctx), "SELECT min(size) FROM witness_cosignatures WHERE origin = ? AND size > ?", "ASC", s.log.Origin(), leaf)
}

// signatures are those of the tree whose size a query finds.
func (s *Service) signatures(q *gorm.DB, size, order string, args ...any) (list []signature, err error) {
	err = q.Raw("SELECT "+signatureColumns+" FROM witness_cosignatures WHERE origin = ? AND size = ("+size+") ORDER BY signed_at "+order+", witness",
		append([]any{s.log.Origin()}, args...)...).Scan(&list).Error
	return list, err
}

// after are up to n signatures behind one, by size, witness and time.
func (s *Service) after(ctx context.Context, last signature, n int) (list []signature, err error) {
	err = s.db.Read(ctx).Raw(`SELECT `+signatureColumns+` FROM witness_cosignatures WHERE origin = ? AND
		(size > ? OR size = ? AND (witness > ? OR witness = ? AND signed_at > ?)) ORDER BY size, witness, signed_at LIMIT ?`,
		s.log.Origin(), last.Size, last.Size, last.Witness, last.Witness, last.SignedAt, n).Scan(&list).Error
	return list, err
}
