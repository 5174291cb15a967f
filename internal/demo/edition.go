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

// releaseDay finds the day of a card that tells editions of one text apart. When
// the content was checked, and until when that holds, is true and stays.
var releaseDay = regexp.MustCompile(`(?m)^(released_on: )(\d{4}-\d{2}-\d{2})`)

// courseCard is what a bundled course says of its release.
type courseCard struct{ text, released string }

func readCard(files fs.FS) (c courseCard, err error) {
	text, err := fs.ReadFile(files, cardFile)
	if err != nil {
		return c, err
	}
	m := releaseDay.FindSubmatch(text)
	if m == nil {
		return c, fmt.Errorf("%s names no day of release", cardFile)
	}
	return courseCard{string(text), string(m[2])}, nil
}

// asOf is the card of an edition that was released on a day.
func (c courseCard) asOf(day time.Time) string {
	return releaseDay.ReplaceAllString(c.text, "${1}"+day.Format(time.DateOnly))
}

// mornings are those on which the provider publishes, between the months in which
// many enroll, so that those who complete together share an edition.
func (w *world) mornings() []time.Time {
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
// edition before its release, so the bundled one comes with the first morning
// after that day; before, the card names the morning. The free course's last but
// one leaves the certificates to an administrator: who began it finds that still
// so.
func (w *world) printings(slug string, files fs.FS) (list []printing, err error) {
	c, err := readCard(files)
	mornings := w.mornings()
	there := false
	for i, at := range mornings {
		last := i == len(mornings)-1
		bundled := c.released <= at.Format(time.DateOnly)
		trial := slug == free && i == len(mornings)-2
		p := printing{at, c.asOf(at), "Published again (invented for the demonstration)."}
		switch {
		case !trial && bundled && there, last && !bundled && slug != free:
			continue
		case bundled:
			p.card, p.note = c.text, "Published for its release."
		case i == 0:
			p.note = "First edition (invented for the demonstration)."
		}
		if there = bundled && !trial; trial {
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
