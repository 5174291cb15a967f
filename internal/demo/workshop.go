package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/attendance"
)

// held is how many days before the end a live workshop took place.
const held = 20

// sheetOfWorkshop is its attendance list as the office typed it: of everything that a
// list shows there is a row.
var sheetOfWorkshop = []string{
	"email,name,minutes,evaluation,license_profession,license_jurisdiction,license_number",
	"nora.feld@example.com,Nora Feld,165,yes,clinical-social-worker,US-MA,LICSW 118204",
	"tobias.amsel@example.net,Tobias Amsel,165,yes,,,",
	"ines.carvalho@example.com,Inês Carvalho,165,yes,psychologist,US-RI,PS01877",
	"ruth.obrien@example.net,Ruth O'Brien,160,yes,professional-counselor,US-CT,004417",
	"grace.lim@example.com,Grace Lim,165,yes,,,",
	"samira.haddad@example.com,Samira Haddad,165,,mental-health-counselor,US-NH,MH2210",
	"leon.brandt@example.net,Leon Brandt,165,,,,",
	"certified@example.org,Ελένη Παπαδοπούλου,165,yes,,,",
	"terrence.blackwood@example.com,Terrence Blackwood,165,yes,,,",
	"paul.adeyemi@example.com,Paulina Adeyemi,165,yes,,,",
	"ingrid.solheim@example.net,Ingrid Solheim,165,yes,,,",
	"mina.park@example.com,Mina Park,70,,,,",
	"nora.feld@example.com,Nora Feld,165,yes,,,",
	"oskar.lind(at)example.com,Oskar Lind,165,yes,,,",
}

// workshop is a live event of the clinical course: held, its list uploaded and
// issued; one of those who had not handed the evaluation in has sent it since.
func (w *world) workshop() {
	w.desk(held-1, 11, func(ctx context.Context) error {
		day := w.daysAgo(held, 0, 0, w.Config.Location()).Format(time.DateOnly)
		e, err := w.Attendance.Create(ctx, attendance.Draft{EditionID: w.editions[clinical].ID, Title: "Two Tools, One Question: a Live Workshop", TimeZone: newYork,
			StartsOn: day, StartsAt: "09:00", EndsAt: "12:00", Minutes: "165", LeastMinutes: "160", Place: "Community Hall, Springfield (invented)",
			Presenters: "Amara Nwosu, PhD (invented)", Disclosed: true, Evaluation: true}, w.people[admin])
		if err != nil {
			return err
		}
		w.clock.pass(6 * time.Minute)
		l, err := w.Attendance.Upload(ctx, e.ID, "workshop-attendance.csv", []byte(strings.Join(sheetOfWorkshop, "\r\n")+"\r\n"), w.people[admin])
		if err != nil {
			return err
		}
		w.clock.pass(9 * time.Minute)
		return w.Attendance.Start(ctx, l.ID, l.CheckSHA256, nil, true, w.people[admin])
	})
	const later = "samira.haddad@example.com"
	w.at(w.daysAgo(held-3, 19, 40, time.UTC), func(ctx context.Context) error {
		p, err := w.Accounts.FindByEmail(ctx, later)
		if err != nil {
			return fmt.Errorf("%s: %w", later, err)
		}
		w.people[later] = p.ID
		e, err := w.Enrollments.Find(ctx, p.ID, clinical, 0)
		if err != nil {
			return fmt.Errorf("%s: %w", later, err)
		}
		l := &learner{world: w, member: &member{person: person{email: later}}, slug: clinical, rng: generator(later), mood: 4.2}
		if err := w.Enrollments.SubmitEvaluation(w.as(ctx, later), e, l.evaluation(w.editions[clinical].Course.Evaluation)); err != nil {
			return err
		}
		return w.work(ctx)
	})
}
