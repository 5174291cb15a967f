package wallet

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/wallet/ical"
)

// Feed is the calendar of a person that others subscribe to.
type Feed struct {
	On      bool
	Address string // secret; "" where the key that made it is gone
	MadeAt  time.Time
}

const feedPath = "/wallet/calendar/"

// feedRefresh is how often programs are asked to fetch the calendar.
const feedRefresh = 12 * time.Hour

// feedRow is what is stored of a feed.
type feedRow struct {
	PersonID   string
	FeedSalt   *string
	FeedHash   *string
	FeedMadeAt *time.Time
}

// token is the secret of an address, 256 bits: made from the salt with the master
// key, so that its owner can see it again and the database does not hold it.
func (s *Service) token(personID, salt string) string {
	return s.Keys.Fingerprint("wallet feed", []byte(personID+"\x00"+salt))
}

// hashToken needs no salt and no slowness: what it hashes is as good as random.
func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Feed returns the person's calendar address.
func (s *Service) Feed(ctx context.Context, personID string) (Feed, error) {
	row, err := s.feed(ctx, personID)
	if err != nil || row.FeedSalt == nil {
		return Feed{}, err
	}
	f := Feed{On: true, MadeAt: *row.FeedMadeAt}
	if token := s.token(personID, *row.FeedSalt); hashToken(token) == *row.FeedHash {
		f.Address = s.BaseURL + feedPath + token + ".ics"
	}
	return f, nil
}

// MakeFeed gives the person's calendar a new secret address; an old one ends. The
// same form sent twice makes one.
func (s *Service) MakeFeed(ctx context.Context, personID string) error {
	salt := rand.Text()
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.hold(ctx, personID); err != nil {
			return err
		}
		if first, err := s.once.First(ctx); err != nil || !first {
			return err
		}
		if err := s.setFeed(ctx, personID, salt, hashToken(s.token(personID, salt)), s.Now()); err != nil {
			return err
		}
		return s.Audit.Record(ctx, audit.Event{Action: "wallet.feed", ObjectKind: "person", ObjectID: personID})
	})
}

// DropFeed ends the address of the person's calendar. It is safe to repeat.
func (s *Service) DropFeed(ctx context.Context, personID string) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		changed, err := s.clearFeed(ctx, personID)
		if err != nil || !changed {
			return err
		}
		return s.Audit.Record(ctx, audit.Event{Action: "wallet.feed_off", ObjectKind: "person", ObjectID: personID})
	})
}

// Calendar is the file behind a secret address; the ending .ics may be left out.
// Errors: ErrNoFeed for an address that is wrong, old or switched off, or whose
// owner is blocked.
func (s *Service) Calendar(ctx context.Context, token string) ([]byte, error) {
	personID, err := s.feedOwner(ctx, hashToken(strings.TrimSuffix(token, ".ics")))
	if err != nil {
		return nil, err
	}
	h, err := s.holdings(ctx, personID)
	if err != nil {
		return nil, err
	}
	changed, err := s.changed(ctx, personID)
	if err != nil {
		return nil, err
	}
	access, err := s.Access(ctx, personID)
	if err != nil {
		return nil, err
	}
	c := ical.Calendar{Product: s.SiteName, Name: s.SiteName + ": licenses and courses", Refresh: feedRefresh}
	for _, l := range h.licenses {
		if l.ExpiresOn == nil {
			continue
		}
		e, err := s.renewal(h, l, changed[l.ID])
		if err != nil {
			return nil, err
		}
		c.Events = append(c.Events, e)
	}
	for _, a := range access {
		c.Events = append(c.Events, ical.Event{UID: "access-" + a.EnrollmentID + "@" + s.host(), Day: a.Until.In(h.zone), Revised: a.Since,
			Summary: "Access ends: " + a.Title, Description: "What you have done so far is kept.", URL: s.BaseURL + "/learn/" + a.Slug})
	}
	return c.File(), nil
}

// renewal is the event of a license that expires.
func (s *Service) renewal(h holdings, l License, changed time.Time) (ical.Event, error) {
	day, err := time.Parse(time.DateOnly, l.Expiry())
	if err != nil { // it was checked when it was saved
		return ical.Event{}, fmt.Errorf("wallet: expiry of license %s: %w", l.ID, err)
	}
	v, err := h.view(l.ID, "")
	if err != nil {
		return ical.Event{}, err
	}
	e := ical.Event{UID: "license-" + l.ID + "@" + s.host(), Day: day, Revised: revised(changed, v.Entries),
		Summary:     fmt.Sprintf("License expires: %s, %s", l.ProfessionName, l.JurisdictionName),
		Description: strings.Join(append([]string{"License " + masked(l.Number)}, v.Standing()...), "\n"),
		URL:         s.BaseURL + "/wallet/licenses/" + l.ID}
	if !l.Quiet {
		e.Alarms = ReminderDays
	}
	return e, nil
}

// revised is when what the event of a license says was last changed: the license,
// the wallet, or a certificate. A calendar that did not change is the same file.
func revised(at time.Time, entries []Entry) time.Time {
	for _, e := range entries {
		if e.Certificate == nil {
			continue
		}
		for _, change := range []*time.Time{e.Certificate.IssuedAt, e.Certificate.RevokedAt} {
			if change != nil && change.After(at) {
				at = *change
			}
		}
	}
	return at
}

// masked is a license number but for its last three characters: calendars lie with
// others.
func masked(number string) string { return certificate.License{Number: number}.Masked().Number }

func (s *Service) host() string {
	u, err := url.Parse(s.BaseURL)
	if err != nil || u.Hostname() == "" {
		return "localhost"
	}
	return u.Hostname()
}

// Standing says in sentences how many hours count and what is missing.
func (v View) Standing() []string {
	if v.Period == nil {
		return []string{"You have not entered its renewal period yet."}
	}
	var out []string
	switch s := v.Sum; {
	case s.Required == 0 && len(v.Period.Targets) == 0:
		out = append(out, "Hours that count so far: "+credit.Hours(s.Counted)+". You have not entered how many your board asks for.")
	case s.Required == 0:
		out = append(out, "Hours that count so far: "+credit.Hours(s.Counted)+".")
	case s.Missing > 0:
		out = append(out, fmt.Sprintf("%s of %s hours count; %s are missing.", credit.Hours(s.Counted), credit.Hours(s.Required), credit.Hours(s.Missing)))
	default:
		out = append(out, fmt.Sprintf("%s hours count; your board asks for %s, as you entered.", credit.Hours(s.Counted), credit.Hours(s.Required)))
	}
	for _, c := range v.Sum.Categories {
		switch {
		case c.Target == 0:
		case c.Missing > 0:
			out = append(out, fmt.Sprintf("%s: %s of %s hours; %s are missing.", c.Category, credit.Hours(c.Counted), credit.Hours(c.Target), credit.Hours(c.Missing)))
		default:
			out = append(out, fmt.Sprintf("%s: %s of %s hours; nothing is missing.", c.Category, credit.Hours(min(c.Counted, c.Target)), credit.Hours(c.Target)))
		}
	}
	return append(out, v.lost()...)
}

// lost says that certificates of the period were revoked.
func (v View) lost() []string {
	n := 0
	for _, e := range v.Entries {
		if e.Revoked {
			n++
		}
	}
	switch n {
	case 0:
		return nil
	case 1:
		return []string{"One certificate of this period was revoked, so it does not count."}
	}
	return []string{fmt.Sprintf("%d certificates of this period were revoked, so they do not count.", n)}
}
