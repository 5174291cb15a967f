package media_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/media"
)

// TestAnExaminationThatWasGivenUp has an end: it goes on, or the upload is removed.
func TestAnExaminationThatWasGivenUp(t *testing.T) {
	w := newWorld(t)
	page := w.form("ira", at, "file", "talk.wav", wav(5, 1)).Header().Get("Location")
	if got := w.Get("ira", page).OK("being examined", "Remove this upload"); got.Header.Get("Refresh") != "2" {
		t.Errorf("refresh %q", got.Header.Get("Refresh"))
	}
	w.must(w.db.Conn(t.Context()).Exec("UPDATE jobs SET state = 'dead', died_at = run_at").Error)
	if got := w.Get("ira", page).OK("Nothing examines this file any more", "Examine it again", "Remove this upload"); got.Header.Get("Refresh") != "" {
		t.Errorf("refresh %q", got.Header.Get("Refresh"))
	}
	w.Post("ida", page+"/go-on").Is(http.StatusNotFound)
	w.Post("ira", page+"/go-on").To(page)
	w.Get("ira", page).OK("being examined")
	w.must(w.queue.Drain(t.Context()))
	w.Get("ira", page).OK("Add to the course")

	page = w.form("ira", at, "file", "other.wav", wav(5, 1)).Header().Get("Location")
	w.Post("ira", page+"/discard").Says(at, "media.discarded")
	w.must(w.queue.Drain(t.Context()))
	w.Get("ira", at).OK().Lacks("other.wav")
}

// elsewhere adds a course with uploads of ira.
func (w *world) elsewhere(id string, n int) (uploads []media.Upload) {
	w.t.Helper()
	now := w.now()
	w.must(w.db.Conn(w.t.Context()).Exec(`INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at)
		VALUES (?, ?, ?, '', ?, 'ira', ?)`, id, id, "Title of "+id, now, now).Error)
	for i := range n {
		u, _, err := w.media.Begin(w.t.Context(), "ira", id, fmt.Sprintf("%s-%d.wav", id, i), 0)
		w.must(err)
		uploads = append(uploads, u)
	}
	return uploads
}

// TestUploadsCountOverAllCourses, so that each is named where somebody learns that they
// are too many, and can be removed there.
func TestUploadsCountOverAllCourses(t *testing.T) {
	w := newWorld(t)
	w.elsewhere("open", media.Slots-1)
	closed := w.elsewhere("closed", 1)[0]
	full := fmt.Sprintf("You have %d uploads already.", media.Slots)
	w.says(w.form("ira", at, "file", "talk.wav", wav(5, 1)), http.StatusConflict, full, "Your uploads for other courses", "open-0.wav")
	w.says(w.do("ira", http.MethodPost, at+"/uploads", strings.NewReader("name=a&bytes=9"), "Accept", "application/json", "Content-Type", "application/x-www-form-urlencoded"),
		http.StatusConflict, full)
	page := w.Get("ira", at).OK("Your uploads for other courses", "Title of open", "open-6.wav", "closed-0.wav", "a course that is not yours any more").Lacks("Title of closed", "Your uploads</h2>")
	if n := strings.Count(page.Body, "Remove open-"); n != media.Slots-1 {
		t.Errorf("%d can be removed", n)
	}
	w.Get("ida", at).OK().Lacks("open-0.wav")
	w.Post("ida", at+"/uploads/"+closed.ID+"/discard").Is(http.StatusNotFound)
	w.Post("ira", at+"/uploads/"+closed.ID+"/discard").Says(at, "media.discarded")
	w.Get("ira", at+"/uploads/"+w.elsewhere("third", 1)[0].ID).Is(http.StatusNotFound)
}

// TestAFormThatBreaksOffLeavesNothing: the context of its request ends with its
// connection.
func TestAFormThatBreaksOffLeavesNothing(t *testing.T) {
	w := newWorld(t)
	host := strings.TrimPrefix(w.As("ira"), "http://")
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", host)
	w.must(err)
	_, err = io.WriteString(conn, "POST "+at+" HTTP/1.1\r\nHost: "+host+"\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 9000000\r\n\r\n"+
		"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"talk.wav\"\r\n\r\n"+string(wav(600, 1)))
	w.must(err)
	uploads := func(want int) (list []media.Upload) {
		t.Helper()
		for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
			list, err = w.media.Uploads(t.Context(), "ira", "")
			w.must(err)
			if len(list) == want && (want == 0 || list[0].Received > 0) {
				return list
			}
		}
		t.Fatalf("there are %d uploads, not %d", len(list), want)
		return nil
	}
	u := uploads(1)[0]
	w.Get("ira", at+"/uploads/"+u.ID).OK("remove this upload and send the file again").Lacks("go on where it stopped")
	w.Get("ira", at).OK("remove it and send the file again")
	w.must(conn.Close())
	uploads(0)
}
