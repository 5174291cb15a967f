package doctor

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/app"
)

// certificates examines what is stored of every certificate, and looks for those that
// are gone and for completed courses that should have one.
func certificates(ctx context.Context, a *app.App) (State, string, error) {
	known, err := a.Seals.Known(ctx)
	if err != nil {
		return Bad, "", err
	}
	n, flaws, err := a.Certificates.CheckStored(ctx, known)
	if err != nil {
		return Bad, "", err
	}
	if len(flaws) > 0 {
		return Bad, fmt.Sprintf("flaws in %d: %s", len(flaws), named(flaws)), nil
	}
	detail := fmt.Sprintf("%d stored files match their hashes, badges and keys; every row matches its facts, its history, its enrollment and the log; none of the log is missing", n)
	missing, waiting, err := a.Enrollments.CountMissing(ctx)
	if err != nil {
		return Bad, "", err
	}
	if waiting > 0 {
		detail += fmt.Sprintf("; %d wait for an administrator to issue them", waiting)
	}
	if missing > 0 {
		return Warn, detail + fmt.Sprintf("; %d are missing though their courses issue them at once: see /admin/certificates/to-issue", missing), nil
	}
	return OK, detail, nil
}

// transparency builds the tree anew from the entries.
func transparency(ctx context.Context, a *app.App) (State, string, error) {
	t, err := a.TransLog.Check(ctx)
	if err != nil {
		return Bad, "", err
	}
	return OK, fmt.Sprintf("%d entries make the tree; root %s (as checkpoints have it: compare it with one of that size that was kept elsewhere)", t.Size, t.Root), nil
}

// editions hashes the files of every edition, those too that nobody begins any more.
func editions(ctx context.Context, a *app.App) (State, string, error) {
	n, damaged, err := a.Courses.CheckStored(ctx)
	if err != nil {
		return Bad, "", err
	}
	if len(damaged) > 0 {
		return Bad, fmt.Sprintf("%d differ from their hashes: %s", len(damaged), named(damaged)), nil
	}
	return OK, fmt.Sprintf("%d match their hashes", n), nil
}

// media reads every file that a draft or an edition names.
func media(ctx context.Context, a *app.App) (State, string, error) {
	n, flaws, err := a.Media.CheckStored(ctx)
	if err != nil {
		return Bad, "", fmt.Errorf("%s cannot be read: %w", a.Media.Store.Where(), err)
	}
	whose, err := a.Media.Stranger(ctx)
	if err != nil {
		return Bad, "", fmt.Errorf("%s cannot be read: %w", a.Media.Store.Where(), err)
	}
	if whose != "" {
		return Bad, fmt.Sprintf("%s belongs to another installation (%s), so nothing is deleted in it; give each a store of its own, or delete the object “owner” there if the other is gone", a.Media.Store.Where(), whose), nil
	}
	if len(flaws) > 0 {
		return Bad, fmt.Sprintf("flaws in %d of %d files in %s: %s (send them again, or import the course with them)", len(flaws), n, a.Media.Store.Where(), named(flaws)), nil
	}
	return OK, fmt.Sprintf("%d files that courses name match their hashes", n), nil
}

func courses(ctx context.Context, a *app.App) (State, string, error) {
	list, err := a.Courses.List(ctx)
	if err != nil {
		return Bad, "", err
	}
	asked, unreviewed, paper, overdue, today := 0, 0, []string{}, []string{}, a.Now().In(a.Config.Location()).Format(time.DateOnly)
	for _, ed := range list {
		asked += len(ed.Course.Signoffs)
		if !ed.Reviewed() {
			unreviewed++
		}
		if n := len(ed.NotOwn()); n > 0 {
			paper = append(paper, fmt.Sprintf("%s (%d of %d)", ed.Slug, n, len(ed.Course.Signoffs)))
		}
		if ed.Course.Card.Overdue(today) {
			overdue = append(overdue, ed.Slug+" by "+ed.Course.Card.ExpiresOn)
		}
	}
	state, detail := OK, fmt.Sprintf("%d published", len(list))
	switch {
	case unreviewed > 0:
		state, detail = Warn, detail+fmt.Sprintf(", %d without every sign-off that they ask for", unreviewed)
	case len(paper) > 0:
		detail += ", every review is recorded"
	case asked > 0:
		detail += ", all signed off"
	}
	if len(paper) > 0 { // it opens enrollment all the same
		detail += "; reviews that somebody else recorded, from paper, and the reviewer did not sign: " + strings.Join(paper, ", ")
	}
	if len(overdue) > 0 {
		state, detail = Warn, detail+"; to be checked again: "+strings.Join(overdue, ", ")
	}
	return state, detail, nil
}

// orders compares what was bought with the money that came in and went back.
func orders(ctx context.Context, a *app.App) (State, string, error) {
	paid, flaws, err := a.Payments.CheckStored(ctx)
	if err != nil {
		return Bad, "", err
	}
	if len(flaws) > 0 {
		return Bad, fmt.Sprintf("flaws in %d: %s", len(flaws), named(flaws)), nil
	}
	return OK, fmt.Sprintf("%d that were paid match their payments and refunds", paid), nil
}
