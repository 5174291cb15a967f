package course

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// The kinds of overlays.
const (
	overlaySignoff    = "signoff"
	overlayRetraction = "signoff_retracted"
	overlayWithdrawal = "withdrawal"
	overlayErratum    = "erratum"
	overlaySettled    = "settled"
)

// overlayRow is a stored overlay.
type overlayRow struct {
	ID         string
	EditionID  string
	Seq        int64
	Kind       string
	Record     string // JSON, kept as written: the hash covers these bytes
	Hash       string
	RecordedAt time.Time
	RecordedBy string
}

// link hashes a record onto the one before it, so that the last hash stands
// for all of them in their order.
func link(previous, kind, record string) string {
	sum := sha256.Sum256([]byte(previous + "\n" + kind + "\n" + record))
	return hex.EncodeToString(sum[:])
}

// emptyOverlays is the hash of no records at all.
var emptyOverlays = hex.EncodeToString(sha256.New().Sum(nil))

// readOverlays builds the overlays from their rows in order, and refuses rows
// whose hashes do not follow from their content.
func readOverlays(rows []overlayRow) (Overlays, error) {
	o := Overlays{Hash: emptyOverlays, Withdrawn: map[string]Withdrawal{}}
	for i, r := range rows {
		if r.Seq != int64(i+1) || r.Hash != link(o.Hash, r.Kind, r.Record) {
			return o, fmt.Errorf("course: overlay %s does not follow from the one before it", r.ID)
		}
		o.Hash = r.Hash
		if err := o.add(r); err != nil {
			return o, fmt.Errorf("course: overlay %s: %w", r.ID, err)
		}
	}
	return o, nil
}

// add reads one record.
func (o *Overlays) add(r overlayRow) (err error) {
	switch r.Kind {
	case overlaySignoff:
		s := SignedOff{ID: r.ID, By: r.RecordedBy}
		err = json.Unmarshal([]byte(r.Record), &s)
		o.Signoffs = append(o.Signoffs, s)
	case overlayRetraction:
		var t Retraction
		if err = json.Unmarshal([]byte(r.Record), &t); err != nil {
			return err
		}
		i := slices.IndexFunc(o.Signoffs, func(s SignedOff) bool { return s.ID == t.RecordID })
		if i < 0 {
			return fmt.Errorf("no sign-off %s stands before it", t.RecordID)
		}
		t.Record = o.Signoffs[i]
		o.Signoffs = slices.Delete(o.Signoffs, i, i+1)
		o.Retracted = append(o.Retracted, t)
	case overlayWithdrawal:
		var w Withdrawal
		err = json.Unmarshal([]byte(r.Record), &w)
		o.Withdrawn[w.LessonID] = w
	case overlayErratum:
		var e Erratum
		err = json.Unmarshal([]byte(r.Record), &e)
		o.Errata = append(o.Errata, e)
	case overlaySettled:
		var t Settled
		err = json.Unmarshal([]byte(r.Record), &t)
		o.Settled = append(o.Settled, t)
	}
	return err
}
