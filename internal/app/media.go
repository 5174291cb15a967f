package app

import (
	"context"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/media"
	"github.com/atmacena/cocare/internal/media/store"
)

// mediaStore is the store that the settings name; it connects to nothing yet.
func (a *App) mediaStore() (store.Store, error) {
	c := a.Config
	if !c.MediaInS3() {
		a.mediaFolder = store.NewFolder(c.Media)
		return a.mediaFolder, nil
	}
	return store.NewS3(store.S3Config{Endpoint: c.S3Endpoint, Bucket: c.S3Bucket, Region: c.S3Region,
		AccessKey: c.S3AccessKey, SecretKey: string(c.S3SecretKey), Prefix: c.S3Prefix})
}

func (a *App) wireMedia() error {
	kept, err := a.mediaStore()
	if err != nil {
		return err
	}
	site := a.Config.BaseURL
	if a.Demo() { // it has another port each time
		site = ""
	}
	a.Media = media.New(media.Deps{DB: a.DB, Now: a.Now, Queue: a.Jobs, Store: kept, Site: site, Log: a.Log,
		Lists: func(ctx context.Context) ([][]byte, error) { return a.Courses.MediaLists(ctx) }})
	return nil
}

// readsCourses tells which courses, by their IDs, somebody may read who works on one:
// what those hold of media may be named in it. An operator at the command line reads all.
func (a *App) readsCourses(ctx context.Context, by string) (func(courseID string) bool, error) {
	if a.Team == nil { // a command
		return func(string) bool { return true }, nil
	}
	p, err := a.Accounts.Get(ctx, by)
	if apperr.Is(err, apperr.NotFound) { // a program
		return func(string) bool { return false }, nil
	}
	if err != nil {
		return nil, err
	}
	rights, err := a.Team.RightsByCourse(ctx, accountViewer(p))
	return func(courseID string) bool { return rights[courseID].Read }, err
}

// readableEditions are those of a course whose lessons a person may read, the one of
// their newest enrollment first.
func (a *App) readableEditions(ctx context.Context, personID, slug string) (list []*course.Edition, err error) {
	ids, err := a.Enrollments.ReadableEditions(ctx, personID, slug)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		ed, err := a.Courses.Edition(ctx, id)
		if err != nil {
			return nil, err
		}
		list = append(list, ed)
	}
	return list, nil
}
