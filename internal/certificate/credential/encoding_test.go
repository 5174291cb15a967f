package credential_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/atmacena/cocare/internal/certificate/credential"
)

// wide is a text in UTF-16.
func wide(text []byte, order binary.ByteOrder) (out []byte) {
	for _, unit := range utf16.Encode([]rune(string(text))) {
		out = append(out, 0, 0)
		order.PutUint16(out[len(out)-2:], unit)
	}
	return out
}

// TestSavedAnew: an editor that saves in another encoding is named, not the file
// called nonsense, and its number is still found.
func TestSavedAnew(t *testing.T) {
	c := issue(t, input(t), 1)
	for form, doc := range map[credential.Form][]byte{credential.JSON: c.JSON, credential.JWT: []byte(c.JWT)} {
		little, big := wide(doc, binary.LittleEndian), wide(doc, binary.BigEndian)
		for name, saved := range map[string][]byte{
			"a mark": slices.Concat([]byte("\xef\xbb\xbf"), doc, []byte("\r\n")), "UTF-16": slices.Concat([]byte("\xff\xfe"), little),
			"UTF-16, the other way": slices.Concat([]byte("\xfe\xff"), big), "UTF-16 without a mark": little, "the other way without a mark": big,
		} {
			r := credential.Verify(saved, trusting(t))
			if r.Verdict != credential.SomethingElse || r.Form != form || !strings.Contains(r.Problem, "was saved anew by another program") {
				t.Errorf("%s, %s: %s %s %s", form, name, r.Verdict, r.Form, r.Problem)
			}
			if text := credential.Readable(saved); !bytes.Contains(text, []byte("7K3M-92QX-4T8V-5")) {
				t.Errorf("%s, %s: the number is not found in %.40q", form, name, text)
			}
		}
	}
	for _, noise := range []string{"\xff", "\xff\xfe", "\xff\xfea\x00b\x00", "\x00", "a\x00", "\xef\xbb\xbf", "\xef\xbb\xbfhello"} {
		if r := credential.Verify([]byte(noise), trusting(t)); r.Verdict != credential.SomethingElse || r.Form != "" {
			t.Errorf("%q: %s %s", noise, r.Verdict, r.Form)
		}
	}
}

// TestWhyAHeaderIsRefused: the sentence is about what is wrong.
func TestWhyAHeaderIsRefused(t *testing.T) {
	_, rest, _ := strings.Cut(issue(t, input(t), 1).JWT, ".")
	for header, want := range map[string]string{
		`{"alg":"EdDSA","jwk":{},"kid":"x","typ":"vc+jwt"}`: `has "jwk" too`,
		`{"alg":"EdDSA","typ":"vc+jwt"}`:                    `has no "kid"`,
		`{"alg":"none","kid":"x","typ":"vc+jwt"}`:           `signed by "none". This program knows EdDSA.`,
	} {
		r := credential.Verify([]byte(base64.RawURLEncoding.EncodeToString([]byte(header))+"."+rest), trusting(t))
		if r.Verdict != credential.UnknownSuite || !strings.Contains(r.Problem, want) {
			t.Errorf("%s: %s %s", header, r.Verdict, r.Problem)
		}
	}
}
