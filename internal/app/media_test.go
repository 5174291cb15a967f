package app_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestARangeOfAVideoCostsTheSameInEveryCycle: a player asks for many, and people take a
// course again each year.
func TestARangeOfAVideoCostsTheSameInEveryCycle(t *testing.T) {
	r := newReader(t)
	r.page = "/media/" + benchCourse + "/" + strings.Repeat("0", 64) + ".mp4"
	cost := func() int64 {
		t.Helper()
		read, _ := r.statements(func() {
			rec := httptest.NewRecorder()
			r.Handler.ServeHTTP(rec, r.request("", false))
			if rec.Code != http.StatusNotFound {
				t.Fatalf("%d", rec.Code)
			}
		})
		return read
	}
	cost() // what the first request of a session costs
	first := cost()
	for cycle := 2; cycle <= 8; cycle++ {
		err := r.DB.Conn(t.Context()).Exec(`INSERT INTO enrollments (id, person_id, course_id, edition_id, slug, cycle, state, source, enrolled_at, expires_at)
			SELECT ?, person_id, course_id, edition_id, slug, ?, 'expired', source, enrolled_at, expires_at FROM enrollments WHERE cycle = 1`,
			fmt.Sprintf("cycle-%d", cycle), cycle).Error
		if err != nil {
			t.Fatal(err)
		}
	}
	if again := cost(); again != first {
		t.Errorf("%d reads with eight cycles, %d with one", again, first)
	}
}
