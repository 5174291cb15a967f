package demo

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/course"
)

const cardFile = "course.yaml"

// cardDay finds the days of a card, author's disclosures among them.
var cardDay = regexp.MustCompile(`(?m)^(\s*(released_on|checked_on|disclosed_on|expires_on): )(\d{4}-\d{2}-\d{2})`)

// courseCard is what a bundled course says about its days.
type courseCard struct {
	text              string
	released, expires string
	life              time.Duration // from a check to the next
}

func readCard(files fs.FS) (c courseCard, err error) {
	text, err := fs.ReadFile(files, cardFile)
	if err != nil {
		return c, err
	}
	days := map[string]string{}
	for _, m := range cardDay.FindAllStringSubmatch(string(text), -1) {
		days[m[2]] = m[3]
	}
	checked, err := time.Parse(time.DateOnly, days["checked_on"])
	if err != nil {
		return c, err
	}
	expires, err := time.Parse(time.DateOnly, days["expires_on"])
	return courseCard{string(text), days["released_on"], days["expires_on"], expires.Sub(checked)}, err
}

// asOf is the card as it might have read when the course was checked on a day.
func (c courseCard) asOf(day time.Time) string {
	return cardDay.ReplaceAllStringFunc(c.text, func(line string) string {
		m := cardDay.FindStringSubmatch(line)
		if m[2] == "expires_on" {
			return m[1] + day.Add(c.life).Format(time.DateOnly)
		}
		return m[1] + day.Format(time.DateOnly)
	})
}

// checks are the mornings on which the provider checks the content again, before
// it expires and between the months in which many enroll, so that those who
// complete together share an edition.
func (w *world) checks() []time.Time {
	zone := w.Config.Location()
	days := []int{opened, (&way{month: 8, day: 20}).ago(w.now), (&way{month: 4, day: 10}).ago(w.now), 2}
	list := make([]time.Time, len(days))
	for i, n := range days {
		list[i] = w.daysAgo(n, 10, 0, zone)
	}
	return list
}

// printing is one edition to be published.
type printing struct {
	at   time.Time
	card string
	note string
}

// byHandSetting leaves a course's certificates to an administrator.
const byHandSetting = "certificate: {issue: administrator, days: 5}\n"

// printings lists the editions of a course over the year. Nobody can complete an
// edition before its release, so the bundled one comes with the first check after
// that day, while it holds until the next; at the others the card names the day
// of the check. The free course's last but one leaves the certificates to an
// administrator: who began it finds that still so.
func (w *world) printings(slug string, files fs.FS) (list []printing, err error) {
	c, err := readCard(files)
	checks := append(w.checks(), w.now)
	holds := false
	for i, at := range checks[:len(checks)-1] {
		until, last := checks[i+1].Format(time.DateOnly), i == len(checks)-2
		bundled := c.released <= at.Format(time.DateOnly) && c.expires > until
		trial := slug == free && i == len(checks)-3
		p := printing{at, c.asOf(at), "Checked again (invented for the demonstration)."}
		switch {
		case !trial && bundled && holds, last && !bundled && !holds && slug != free:
			continue
		case bundled:
			p.card, p.note = c.text, "Checked again for its release."
		case i == 0:
			p.note = "First edition (invented for the demonstration)."
		}
		if holds = bundled && !trial; trial {
			p.card, p.note = p.card+byHandSetting, "Certificates issued by hand, as a trial (invented for the demonstration)."
		}
		list = append(list, p)
	}
	return list, err
}

// firstEditions publishes every bundled course as it might have stood when the
// play begins.
func (w *world) firstEditions(ctx context.Context) error {
	w.editions = map[string]*course.Edition{}
	bundled := courses.Bundled()
	for _, slug := range slices.Sorted(maps.Keys(bundled)) {
		list, err := w.printings(slug, bundled[slug])
		if err != nil {
			return fmt.Errorf("%s: %w", slug, err)
		}
		if err := w.publish(ctx, slug, bundled[slug], list[0]); err != nil {
			return err
		}
	}
	return nil
}

// laterEditions writes the others down.
func (w *world) laterEditions() {
	for slug, files := range courses.Bundled() {
		list, err := w.printings(slug, files)
		if err != nil { // as firstEditions has said
			continue
		}
		for _, p := range list[1:] {
			w.loose(p.at, func(ctx context.Context) error { return w.publish(ctx, slug, files, p) })
		}
	}
}

// publish prints an edition from a copy of the course beside the database that is
// being made.
func (w *world) publish(ctx context.Context, slug string, files fs.FS, p printing) error {
	ctx = w.as(ctx, admin)
	dir := filepath.Join(w.Config.DataDir, slug+p.at.Format("-2006-01-02"))
	if err := os.CopyFS(dir, files); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, cardFile), []byte(p.card), 0o600); err != nil {
		return err
	}
	if _, err := w.Courses.Import(ctx, os.DirFS(dir), w.people[admin]); err != nil {
		return err
	}
	ed, err := w.Courses.Publish(ctx, slug, p.note, w.people[admin])
	w.editions[slug] = ed
	return err
}
