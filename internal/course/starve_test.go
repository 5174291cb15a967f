package course_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
)

// TestTransactionsStarveNobody: after a start, as many transactions as the pool
// has connections ask for a course at once, each while it holds one of them.
func TestTransactionsStarveNobody(t *testing.T) {
	where, c := dbtest.Config(t), newClock()
	where.Readers = 3
	d, err := db.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	ed := published(t, service(d, c, false))
	transactions := where.Readers
	if d.Engine() == db.SQLite {
		transactions = 1 // it has one writer
	}
	for name, ask := range map[string]func(ctx context.Context, s *course.Service) error{
		"by slug": func(ctx context.Context, s *course.Service) error {
			got, err := s.Current(ctx, slug)
			if err == nil && got.ID != ed.ID {
				err = errors.New("another edition")
			}
			return err
		},
		"by ID": func(ctx context.Context, s *course.Service) error {
			_, err := s.Edition(ctx, ed.ID)
			return err
		},
		"what nobody published": func(ctx context.Context, s *course.Service) error {
			_, err := s.Edition(ctx, "none")
			if errors.Is(err, course.ErrNotFound) {
				err = nil
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := service(d, c, false)
			var open, done sync.WaitGroup
			open.Add(transactions)
			for range transactions {
				done.Go(func() {
					err := d.InTx(t.Context(), func(ctx context.Context) error {
						open.Done()
						open.Wait()
						return ask(ctx, s)
					})
					if err != nil {
						t.Error(err)
					}
				})
			}
			done.Wait()
		})
	}
}

// TestATransactionKeepsItsOwnChangesToItself: what is not committed is not for
// others, and is forgotten with its transaction.
func TestATransactionKeepsItsOwnChangesToItself(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	s := service(d, c, false)
	undone := errors.New("undone")
	err := d.InTx(t.Context(), func(ctx context.Context) error {
		if _, err := s.Import(ctx, folder(t, nil), "test"); err != nil {
			return err
		}
		if _, err := s.Publish(ctx, slug, "first", "test"); err != nil {
			return err
		}
		if _, err := s.Current(ctx, slug); err != nil {
			return err
		}
		return undone
	})
	if !errors.Is(err, undone) {
		t.Fatal(err)
	}
	if _, err := s.Current(t.Context(), slug); !errors.Is(err, course.ErrNotFound) {
		t.Errorf("seen by others: %v", err)
	}
}

func TestWarmReadsWhatIsPublished(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	published(t, service(d, c, false))
	s := service(d, c, false)
	if err := s.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.Conn(t.Context()).Exec("DELETE FROM edition_files").Error; err != nil {
		t.Fatal(err)
	}
	if _, err := s.Current(t.Context(), slug); err != nil {
		t.Errorf("not in memory: %v", err)
	}
	if err := service(d, c, false).Warm(t.Context()); err == nil {
		t.Error("what cannot be read is not told")
	}
}
