package certificate

import (
	"fmt"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/enrollment"
)

// liveFacts turns the facts of a course that is taken online into those of a live
// event of it: the format, the time and the title are the event's.
func liveFacts(f *Facts, a enrollment.Attendance, ed *course.Edition) {
	f.Live = &LiveEvent{ID: a.EventID, StartsAt: a.StartsAt.UTC(), EndsAt: a.EndsAt.UTC(), Zone: a.Location().String(), Minutes: a.Counted(), Of: a.Of,
		Online: a.Online, Place: a.Place, Presenters: a.Presenters, ListSHA256: a.ListSHA256}
	f.Format = f.Live.format()
	if a.Title != f.Title {
		f.Title, f.Subtitle = a.Title, "A live event of the course “"+f.Title+"”"
	}
	worked := credit.OwnLive.Work(a.Counted())
	f.LearningTime, f.LearningSum = worked.Centihours, worked.Explanation
	f.Statements = liveStatements(*f.Live, worked, len(f.CreditLines) > 0)
	if !ed.Reviewed() {
		f.Statements = append(f.Statements, notReviewed)
	}
}

// liveStatements say when and where the event was, and what its minutes are worth:
// without a live approval no accreditor is named (DECISIONS 10).
func liveStatements(l LiveEvent, worked credit.Worked, accredited bool) []string {
	time := fmt.Sprintf("Instruction attended: %s (%s h)", l.Attended(), credit.Hours(worked.Centihours))
	if !accredited {
		time += "; not accredited"
	}
	held := "Live event held on " + l.HeldOn() + ", " + l.Where()
	if l.Presenters != "" {
		held += ". Presented by " + l.Presenters
	}
	return []string{time, held}
}
