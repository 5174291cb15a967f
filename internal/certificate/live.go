package certificate

import (
	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/enrollment"
)

// liveFacts turns the facts of a course that is taken online into those of a live
// event of it: the format, the time and the title are the event's.
func liveFacts(f *Facts, a enrollment.Attendance) {
	f.Live = &LiveEvent{ID: a.EventID, StartsAt: a.StartsAt.UTC(), EndsAt: a.EndsAt.UTC(), Zone: a.Location().String(), Minutes: a.Counted(), Of: a.Of,
		Online: a.Online, Place: a.Place, Presenters: a.Presenters, ListSHA256: a.ListSHA256}
	f.Format = f.Live.format()
	if a.Title != f.Title {
		f.Title, f.Subtitle = a.Title, "A live event of the course “"+f.Title+"”"
	}
	worked := credit.OwnLive.Work(a.Counted())
	f.LearningTime, f.LearningSum = worked.Centihours, worked.Explanation
}

// Held says when and where the event was held, and who presented it.
func (l LiveEvent) Held() string {
	held := "Live event held on " + l.HeldOn() + ", " + l.Where()
	if l.Presenters != "" {
		held += ". Presented by " + l.Presenters
	}
	return held
}
