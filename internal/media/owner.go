package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/media/store"
)

// ownerKey is the object that says whose store it is: the ID of a database, and the
// address of its pages.
const ownerKey = "owner"

// owner is an installation. A copy of its database has its ID, but not its address.
type owner struct{ id, site string }

func (o owner) String() string { return o.id + " " + o.site + "\n" }

// is reports whether two are one; a command may not know its address.
func (o owner) is(other owner) bool {
	return o.id == other.id && (o.site == other.site || o.site == "" || other.site == "")
}

// Stranger returns the installation that owns the store, in words, if it is another
// than this one; "" if the store is this one's or nobody's yet.
func (s *Service) Stranger(ctx context.Context) (string, error) {
	id, err := s.databaseID(ctx)
	if err != nil {
		return "", fmt.Errorf("media: owner: %w", err)
	}
	was, there, err := s.owner(ctx)
	if err != nil || !there || was.is(owner{id, s.Site}) {
		return "", err
	}
	if was.id != id {
		return fmt.Sprintf("the database %s, served at %s", was.id, was.site), nil
	}
	return "another copy of this database, served at " + was.site, nil
}

// owns reports whether the store is this installation's: only then anything is deleted
// in it, for another's database may name what this one does not. A store that nobody
// owns becomes this one's; claimed says so.
func (s *Service) owns(ctx context.Context) (mine, claimed bool, err error) {
	me := owner{site: s.Site}
	if me.id, err = s.databaseID(ctx); err == nil && me.id == "" {
		me.id, err = s.nameDatabase(ctx, db.NewID())
	}
	if err != nil {
		return false, false, err
	}
	was, there, err := s.owner(ctx)
	if err == nil && !there {
		text := me.String()
		if err = s.Store.Put(ctx, ownerKey, strings.NewReader(text), int64(len(text))); err == nil {
			was, claimed, err = s.owner(ctx)
		}
	}
	return err == nil && was.is(me), claimed, err
}

// maxOwner is more than an owner's line has.
const maxOwner = 1000

func (s *Service) owner(ctx context.Context) (o owner, there bool, err error) {
	obj, err := s.Store.Open(ctx, ownerKey)
	if errors.Is(err, store.ErrMissing) {
		return o, false, nil
	}
	if err != nil {
		return o, false, err
	}
	defer obj.Close()
	text, err := io.ReadAll(io.LimitReader(obj, maxOwner))
	o.id, o.site, _ = strings.Cut(apperr.Visible(strings.TrimSpace(string(text))), " ")
	return o, err == nil, err
}

// release deletes objects that rows of this database do not name any more.
func (s *Service) release(ctx context.Context, objects ...string) {
	if len(objects) == 0 {
		return
	}
	mine, _, err := s.owns(ctx)
	if err != nil {
		s.Log.WarnContext(ctx, "nobody can say whose the store of media is; the sweep deletes what is left", "store", s.Store.Where(), "error", err)
	}
	if !mine {
		return
	}
	for _, object := range objects {
		s.drop(ctx, object)
	}
}

func objectsOf(parts []part) []string {
	out := make([]string, len(parts))
	for i, p := range parts {
		out[i] = p.Object
	}
	return out
}
