package studio

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/content"
	"github.com/atmacena/cocare/internal/web/kit"
)

// maxZIP bounds a folder that is uploaded: bytes, packed. What it unpacks to is
// bounded where the folder is read.
const maxZIP = 8 << 20

var (
	errNoZIP  = apperr.InvalidField("file", "This is no ZIP file that can be read. Pack the folder of the course into one.")
	errNoCard = apperr.InvalidField("file", "The ZIP file holds no course: course.yaml stands neither in it nor in its one folder.")
	errBusy   = apperr.New(apperr.Limited, "Somebody else is importing. Try again in a moment.")

	zipErrors = kit.UploadErrors{
		Missing:  apperr.InvalidField("file", "Choose the ZIP file of the folder."),
		Torn:     apperr.InvalidField("file", "The file did not arrive whole. Please send it again."),
		TooLarge: apperr.InvalidField("file", "The file is larger than 8 MB. Split the course, or have an operator import its folder."),
	}
)

// importPage takes a folder. Over is a draft that would be replaced though it holds
// changes that no edition has; whoever saw them may send the file again.
type importPage struct {
	Over    *place
	Changes []change
}

// Action is where the form posts to.
func (p importPage) Action() string {
	if p.Over == nil {
		return root + "/import"
	}
	return withQuery(root+"/import", "over", p.Over.Hash)
}

func (h *handler) getImport(c echo.Context) error {
	return kit.Render(c, http.StatusOK, "studio/import", kit.View{Form: kit.NewForm(), Data: importPage{}})
}

var imported = kit.NewFlash("studio.imported", kit.Success, "The folder is the draft now. Below is what that changed; the history keeps what was there.")

// postImport makes a folder the draft of its course, and shows what that changed.
func (h *handler) postImport(c echo.Context) error {
	ctx, person := c.Request().Context(), kit.ViewerOf(c).PersonID
	give := h.uploads.Take(person)
	if give == nil {
		return refuseImport(c, importPage{}, errBusy)
	}
	defer give()
	folder, err := readZIP(c)
	if err != nil {
		return refuseImport(c, importPage{}, err)
	}
	page, err := h.overwritten(c, folder)
	if err != nil {
		return refuseImport(c, page, err)
	}
	d, err := h.Courses.Import(ctx, folder, person)
	if err != nil {
		return refuseImport(c, page, err)
	}
	return kit.Redirect(c, place{d}.At("/history/"+strconv.FormatInt(d.Seq, 10)), imported)
}

// refuseImport shows the form again with what is wrong, files of the folder named.
func refuseImport(c echo.Context, page importPage, err error) error {
	f := kit.NewForm()
	for _, field := range apperr.FieldsOf(err) {
		if field.Name != "file" {
			f.Fail("file", field.Name+": "+field.Msg)
		}
	}
	if !f.Bad() && !f.Merge(err) {
		return err
	}
	return kit.Render(c, kit.Status(err), "studio/import", kit.View{Form: f, Data: page})
}

// readZIP is the folder in the file that was sent.
func readZIP(c echo.Context) (fs.FS, error) {
	_, body, err := kit.ReadUpload(c, maxZIP, zipErrors)
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return nil, errNoZIP
	}
	if _, err := fs.Stat(z, "course.yaml"); err == nil {
		return z, nil
	}
	cards, err := fs.Glob(z, "*/course.yaml")
	if err != nil || len(cards) != 1 {
		return nil, errNoCard
	}
	return fs.Sub(z, strings.TrimSuffix(cards[0], "/course.yaml"))
}

// overwritten refuses to replace a draft that holds more than its newest edition,
// unless the address says that exactly this was seen.
func (h *handler) overwritten(c echo.Context, folder fs.FS) (p importPage, err error) {
	ctx := c.Request().Context()
	d, there, err := h.replaced(c, folder)
	if err != nil || !there || !d.Changed || d.Hash == c.QueryParam("over") {
		return p, err
	}
	p.Over = &place{d}
	list, _, err := h.Courses.Changes(ctx, d.Slug, "", 0, 10)
	if err != nil {
		return p, err
	}
	if p.Changes, err = h.changes(ctx, *p.Over, "", list); err != nil {
		return p, err
	}
	return p, apperr.New(apperr.Conflict, "The draft of this course was changed since its newest edition. Nothing was imported yet.")
}

// replaced is the draft that a folder would replace.
func (h *handler) replaced(c echo.Context, folder fs.FS) (d course.Draft, there bool, err error) {
	files, problems := course.ReadFiles(folder)
	if len(course.Errors(problems)) > 0 { // the import names them
		return d, false, nil
	}
	slug, _ := content.CardName(files["course.yaml"])
	d, err = h.Courses.Draft(c.Request().Context(), slug)
	if apperr.Is(err, apperr.NotFound) {
		return d, false, nil
	}
	return d, err == nil, err
}
