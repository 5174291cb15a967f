package team

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/team"
	"github.com/atmacena/cocare/internal/web/kit"
)

// courseRight is what a route of a course asks of whoever works on it.
type courseRight int

// The rights, each with those before it.
const (
	readCourse courseRight = iota
	commentCourse
	signCourse
	writeCourse
)

// courseRights are those of routes that ask for something else than to read for a
// GET and to write for a POST. What shows learners is for authors.
var courseRights = map[string]courseRight{
	"comment.add": commentCourse, "comment.answer": commentCourse, "signoff.record": signCourse, "signoff.retract_page": signCourse, "signoff.retract": signCourse,
	"teach.note.list":      commentCourse,
	"preview.check.answer": readCourse, "preview.exam.submit": readCourse, // nothing is kept
	"erratum.readers": writeCourse, "studio.publish_page": writeCourse, "studio.new_file_page": writeCourse, "studio.find": writeCourse, "studio.drawing_page": writeCourse,
	"studio.discard_page": writeCourse, "studio.module_remove_page": writeCourse, "studio.outline": writeCourse, "studio.form": writeCourse, "studio.paste_page": writeCourse,
	"questions.export_page": writeCourse, "questions.import_page": writeCourse, "questions.import": writeCourse,
	"media.list": writeCourse, "media.show": writeCourse, "media.upload.show": writeCourse, "refresher.retention": writeCourse,
	"insight.show": writeCourse, "insight.items": writeCourse, "insight.item": writeCourse, "insight.evaluation": writeCourse, "insight.compare": writeCourse,
}

const ofACourse = "/teach/:slug"

// RightsOf asks what a viewer may do with a course, by its short name. Whoever may not
// read it gets NotFound.
type RightsOf func(ctx context.Context, slug string, v *kit.Viewer) (team.Rights, error)

// Guard lets those into the pages of a course who work on it, whatever area they are
// of: whoever may not read it finds nothing there. It opens what may be read to guests.
func Guard(rights RightsOf, routes []kit.Route) []kit.Route {
	for i, r := range routes {
		if r.Name == "studio.list" { // which shows to each what they may open
			routes[i].Role |= kit.Guest
		}
		if r.Path != ofACourse && !strings.HasPrefix(r.Path, ofACourse+"/") {
			continue
		}
		need, special := courseRights[r.Name]
		if !special && r.Method != http.MethodGet {
			need = writeCourse
		}
		if need < writeCourse {
			routes[i].Role |= kit.Guest
		}
		routes[i].Use = append(slices.Clone(r.Use), worksOn(rights, need))
	}
	return routes
}

// ErrNotYourPart refuses what the part of a member does not include.
var ErrNotYourPart = apperr.New(apperr.Forbidden, "Your part in this course does not include this.")

func worksOn(rights RightsOf, need courseRight) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			slug, err := kit.PathParam(c, "slug")
			if err != nil {
				return err
			}
			v := kit.ViewerOf(c)
			r, err := rights(c.Request().Context(), slug, v)
			if err != nil {
				return err
			}
			if may := [...]bool{r.Read, r.Comment, r.Sign, r.Write}; !may[need] {
				return ErrNotYourPart
			}
			own := *v
			own.CourseComment, own.CourseSign, own.CourseWrite = r.Comment, r.Sign, r.Write
			kit.SetViewer(c, &own)
			return next(c)
		}
	}
}
