package studio

import (
	"archive/zip"
	"bytes"
	"context"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

// maxZIP bounds a folder that is uploaded: bytes, packed. What it unpacks to is
// bounded where the folder is read.
const maxZIP = 32 << 20

var (
	errNoZIP  = apperr.InvalidField("file", "This is no ZIP file that can be read. Pack the folder of the course into one.")
	errNoCard = apperr.InvalidField("file", "The ZIP file holds no course: course.yaml stands neither in it nor in its one folder.")
	errBusy   = apperr.New(apperr.Limited, "Somebody else is importing. Try again in a moment.")

	zipErrors = kit.UploadErrors{
		Missing:  apperr.InvalidField("file", "Choose the ZIP file of the folder."),
		Torn:     apperr.InvalidField("file", "The file did not arrive whole. Please send it again."),
		TooLarge: apperr.InvalidField("file", "The file is larger than 32 MB. Import the folder without its media: those that were here are found again. Of another server an operator imports the whole."),
	}
)

// importPage takes a folder. Over is a draft that would be replaced though it holds
// changes that no edition has, or though the folder calls its course otherwise; whoever
// saw that may send the file again.
type importPage struct {
	Over    *place
	Title   string // the folder's, where it is another
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

var importedSame = kit.NewFlash("studio.imported_same", kit.Info, "The folder is what the draft is already: nothing changed.")

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
	var page importPage
	var before course.Draft
	d, err := h.Courses.ImportIf(ctx, folder, person, func(ctx context.Context, was course.Draft) error {
		before = was
		return h.mayReplace(ctx, c, &page, was, course.FolderTitle(folder))
	})
	if err == nil && before.Seq == d.Seq {
		return kit.Redirect(c, place{d}.At(""), importedSame)
	}
	if err == nil {
		return kit.Redirect(c, place{d}.At("/history/"+strconv.FormatInt(d.Seq, 10)), imported)
	}
	if unread := h.fillChanges(ctx, &page); unread != nil {
		return unread
	}
	return refuseImport(c, page, err)
}

// fillChanges lists what was changed last in a draft that would be replaced.
func (h *handler) fillChanges(ctx context.Context, p *importPage) error {
	if p.Over == nil {
		return nil
	}
	list, _, err := h.Courses.Changes(ctx, p.Over.Slug, "", 0, 10)
	if err != nil {
		return err
	}
	l, _, err := h.lister(ctx, p.Over.Slug)
	if err != nil {
		return err
	}
	p.Changes, err = h.changes(ctx, *p.Over, l, "", list)
	return err
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
		return z, onlyIn(z, "")
	}
	cards, err := fs.Glob(z, "*/course.yaml")
	if err != nil || len(cards) != 1 {
		return nil, errNoCard
	}
	folder := strings.TrimSuffix(cards[0], "course.yaml")
	if err := onlyIn(z, folder); err != nil {
		return nil, err
	}
	return fs.Sub(z, path.Clean(folder))
}

// onlyIn refuses a file that stands outside of the course's folder: it would be left out
// without a word. What systems add by themselves may stand there.
func onlyIn(z *zip.Reader, folder string) error {
	for _, f := range z.File {
		name := strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "./")
		base := path.Base(name)
		switch {
		case strings.HasSuffix(name, "/") && fs.ValidPath(path.Clean(name)), strings.HasPrefix(name, "__MACOSX/"), strings.HasPrefix(base, ".") && base != "..":
		case !fs.ValidPath(name) || !strings.HasPrefix(name, folder):
			return apperr.InvalidField("file", "“%s” in the ZIP file stands outside of the course’s folder. Take it out, and send the folder again.", apperr.Clip(apperr.Visible(f.Name), shownLine))
		}
	}
	return nil
}

// mayReplace refuses a folder whose course others write, and one that would replace a
// draft that holds more than its newest edition or is called otherwise, unless the address
// says that exactly this was seen.
func (h *handler) mayReplace(ctx context.Context, c echo.Context, p *importPage, was course.Draft, title string) error {
	p.Over, p.Title = nil, ""
	if h.MayWrite != nil {
		err := h.MayWrite(ctx, kit.ViewerOf(c), was.Slug)
		if apperr.Is(err, apperr.NotFound) || apperr.Is(err, apperr.Forbidden) {
			return errNotYours
		}
		if err != nil {
			return err
		}
	}
	other := !strings.EqualFold(title, was.Title)
	if !was.Changed && !other || was.Hash == c.QueryParam("over") {
		return nil
	}
	p.Over = &place{was}
	if other {
		p.Title = title
	}
	if was.Changed {
		return errUnseen
	}
	return errOther
}

var (
	// errNotYours refuses a folder whose course others write.
	errNotYours = apperr.InvalidField("file", "The course in this folder has the short name of one that others write. Give it another, or ask its authors to name you.")
	errUnseen   = apperr.New(apperr.Conflict, "The draft of this course was changed since its newest edition. Nothing was imported yet.")
	errOther    = apperr.New(apperr.Conflict, "A course with this short name is here already, under another title. Nothing was imported yet.")
)
