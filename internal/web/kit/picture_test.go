package kit_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/web/kit"
)

// TestAPictureHasATagForEachEncoding, and If-None-Match is read as the list that it is.
func TestAPictureHasATagForEachEncoding(t *testing.T) {
	p := kit.Picture{Kind: "image/svg+xml", Body: []byte("plain"), Gzip: []byte("small"), Hash: "ab"}
	get := func(encoding string, has ...string) *httptest.ResponseRecorder {
		t.Helper()
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Encoding", encoding)
		for _, tag := range has {
			r.Header.Add("If-None-Match", tag)
		}
		rec := httptest.NewRecorder()
		if err := kit.SendPicture(echo.New().NewContext(r, rec), p, time.Minute); err != nil {
			t.Fatal(err)
		}
		return rec
	}
	plain, small := get("").Header().Get("ETag"), get("gzip").Header().Get("ETag")
	if plain == "" || plain == small {
		t.Errorf("%s and %s", plain, small)
	}
	for _, tt := range []struct {
		encoding string
		has      []string
		want     int
	}{
		{"", []string{plain}, 304},
		{"gzip", []string{small}, 304},
		{"gzip", []string{`"x", W/` + small}, 304},
		{"gzip", []string{`"x"`, small}, 304},
		{"", []string{"*"}, 304},
		{"gzip", []string{plain}, 200},
		{"", []string{small}, 200},
		{"", []string{`"x-` + plain[1:]}, 200},
		{"", []string{`"x` + plain + `"`}, 200},
	} {
		if rec := get(tt.encoding, tt.has...); rec.Code != tt.want || (rec.Code == 304) != (rec.Body.Len() == 0) {
			t.Errorf("%q has %q: %d", tt.encoding, tt.has, rec.Code)
		}
	}
}
