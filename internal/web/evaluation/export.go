package evaluation

import (
	"context"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

var errTooFew = apperr.New(apperr.Conflict, "Fewer than five answers so far: nothing is shown, so that nobody can be recognized.")

// exported records that somebody took a file of an edition away.
func (h *handler) exported(what string, ed *course.Edition) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		return h.Audit.Record(ctx, audit.Event{Action: what + ".export", ObjectKind: "edition", ObjectID: ed.ID,
			Details: map[string]any{"course": ed.Slug, "edition": ed.Number}})
	}
}

func filename(what string, ed *course.Edition) string {
	return what + "-" + ed.Slug + "-" + strconv.Itoa(ed.Number) + ".csv"
}

func (h *handler) postSummaryCSV(c echo.Context) error {
	return h.csv(c, "evaluation", func(enrollment.ItemSummary) bool { return true })
}

// postReviewerCSV is the file that an administrator hands to the clinical
// reviewer: what the form promised to pass on.
func (h *handler) postReviewerCSV(c echo.Context) error {
	return h.csv(c, "reviewer-comments", enrollment.ItemSummary.ToReviewer)
}

// csv hands out the items of a summary that are wanted: a line for each step,
// option, part and comment.
func (h *handler) csv(c echo.Context, what string, wanted func(enrollment.ItemSummary) bool) error {
	sum, err := h.summary(c)
	if err != nil {
		return err
	}
	if sum.Counted == 0 {
		return errTooFew
	}
	ed := sum.Edition
	header := []string{"course", "edition", "edition_hash", "counted", "item", "kind", "objective", "for", "question", "answers", "value", "label", "count", "mean", "median", "comment"}
	return kit.Export(c, h.Fresh, h.exported(what, ed), filename(what, ed), header, func(write func(...string) error) error {
		for _, item := range sum.Items {
			if !wanted(item) {
				continue
			}
			line := func(answers int, rest ...string) error {
				return write(append([]string{ed.Slug, strconv.Itoa(ed.Number), ed.Hash, strconv.Itoa(sum.Counted),
					item.ID, item.Kind, item.Objective, item.To, item.Text, strconv.Itoa(answers)}, rest...)...)
			}
			if err := h.lines(c.Request().Context(), sum, item, line); err != nil {
				return err
			}
		}
		return nil
	})
}

// lines writes what was said to an item: value, label, count, mean, median,
// comment.
func (h *handler) lines(ctx context.Context, sum enrollment.Summary, item enrollment.ItemSummary, line func(answers int, rest ...string) error) error {
	switch item.Kind {
	case "scale":
		for i, label := range sum.Edition.Course.Evaluation.Scale {
			if err := line(item.Answers, strconv.Itoa(i+1), label, strconv.Itoa(item.Counts[i]), known(item.Answers, item.Mean()), "", ""); err != nil {
				return err
			}
		}
	case "single", "multiple":
		for i, o := range item.Options {
			if err := line(item.Answers, o.ID, o.Text, strconv.Itoa(item.Counts[i]), "", "", ""); err != nil {
				return err
			}
		}
	case "minutes":
		for _, part := range item.Minutes {
			if err := line(part.Answers, part.Part, part.Part, "", "", known(part.Answers, part.Median), ""); err != nil {
				return err
			}
		}
	case "text":
		return h.Enrollments.EachComment(ctx, sum.EditionID, item.ID, func(text string) error {
			return line(item.Answers, "", "", "", "", "", text)
		})
	}
	return nil
}

// known writes a value that somebody's answers make, nothing for none.
func known(answers int, v float64) string {
	if answers == 0 {
		return ""
	}
	return decimal(v)
}

func (h *handler) postFollowUpCSV(c echo.Context) error {
	id, err := kit.PathParam(c, "edition")
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	ed, err := h.Courses.Edition(ctx, id)
	if err != nil {
		return err
	}
	header := []string{"course", "edition", "edition_hash", "name", "item", "question", "answer", "agreed_at", "asked_at", "answered_at"}
	return kit.Export(c, h.Fresh, h.exported("followup", ed), filename("follow-up", ed), header, func(write func(...string) error) error {
		return h.Enrollments.EachFollowUpAnswer(ctx, ed.ID, func(a enrollment.NamedAnswer) error {
			for _, q := range a.Questions {
				if err := write(ed.Slug, strconv.Itoa(ed.Number), ed.Hash, a.PersonName, q.ID, q.Text, a.Answers[q.ID],
					kit.Stamp(&a.GivenAt), kit.Stamp(a.AskedAt), kit.Stamp(a.AnsweredAt)); err != nil {
					return err
				}
			}
			return nil
		})
	})
}
