package mail_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/mail"
)

func TestValidAddress(t *testing.T) {
	for _, good := range []string{"ana@example.org", "ana+ce@mail.example.org", "a.b-c_d@example.co", "josé@example.org"} {
		if !mail.ValidAddress(good) {
			t.Errorf("%q is refused", good)
		}
	}
	for name, bad := range map[string]string{
		"nothing": "", "no domain": "ana@", "no dot": "ana@localhost", "name": "Ana <ana@example.org>", "space": "a na@example.org",
		"zero width at the end": "ana@example.org\u200b", "turned around": "a\u202eb@example.org", "soft hyphen": "soft\u00adhyphen@example.org",
		"tag": "tag\U000e0041@example.org", "no-break space": "nb\u00a0sp@example.org", "joiner": "z\u200dj@example.org",
		"byte order mark": "bom@\ufeffexample.org", "control": "a\x00b@example.org",
	} {
		if mail.ValidAddress(bad) {
			t.Errorf("%s: %q is taken", name, bad)
		}
	}
}
