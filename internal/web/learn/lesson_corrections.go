package learn

import (
	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// corrections are the notices above a lesson: what was corrected in it, and what about
// safety of the whole course the learner has not said to have read.
func (h *handler) corrections(c echo.Context, f frame, v enrollment.View) (kit.Piece, error) {
	var here []course.PlacedErratum
	safety := false
	for _, x := range v.Edition.Errata() {
		if x.LessonID == v.Lesson.ID || x.LessonID == "" && x.Safety {
			here, safety = append(here, x), safety || x.Safety
		}
	}
	if len(here) == 0 {
		return kit.Piece{}, nil
	}
	ask := map[string]bool{}
	if safety {
		unread, err := h.Enrollments.Unread(c.Request().Context(), v.Enrollment)
		if err != nil {
			return kit.Piece{}, err
		}
		for _, x := range unread {
			ask[x.ID] = true
		}
	}
	d := map[string]any{"Base": f.Base, "Cycle": f.Cycle, "Back": "/lessons/" + v.Lesson.Slug, "Here": true, "View": &kit.View{Viewer: kit.ViewerOf(c)}}
	var out kit.Piece
	for _, asked := range []bool{true, false} {
		var list []course.PlacedErratum
		for _, x := range here {
			if ask[x.ID] == asked && (asked || x.LessonID != "") {
				list = append(list, x)
			}
		}
		d["List"], d["Ask"] = list, asked
		part, err := kit.Fragment(c, "learn/lesson", "lesson-corrections", d)
		if err != nil {
			return kit.Piece{}, err
		}
		out.HTML += part
	}
	return out, nil
}
