// Package handout examines PDF files before learners open them. It is pure.
//
// It refuses names that make a reader of PDF run, start, send or unpack something,
// wherever they stand: in the file, also written with #-escapes, and in object
// streams that are packed with Flate. Object streams that are packed otherwise, or hold
// more than is looked through, are refused as well. It does not see what is wrong with
// fonts and pictures. Handouts are therefore served as downloads, never inside a page.
package handout

import (
	"bytes"
	"strings"

	"github.com/atmacena/cocare/internal/media/sniff"
)

// MaxBytes bounds a handout; it is read into memory.
const MaxBytes = 25 << 20

// active are names that do more than show, and what they do in words.
var active = []struct{ name, does string }{
	{"JavaScript", "runs a program (JavaScript)"},
	{"Launch", "starts a program"},
	{"EmbeddedFile", "holds other files"},
	{"EmbeddedFiles", "holds other files"},
	{"RichMedia", "holds a player of its own"},
	{"SubmitForm", "sends what is typed into it elsewhere"},
	{"ImportData", "loads data from elsewhere"},
	{"GoToE", "opens a file inside it"},
	{"GoToR", "opens another file, also over a network"},
	{"AA", "does something by itself, as when a page is opened"},
	{"XFA", "holds a form that only some readers show"},
}

// Check examines a file. The error is a *sniff.RefusedError.
func Check(data []byte) error {
	switch {
	case len(data) > MaxBytes:
		return sniff.Refuse("The handout is larger than 25 MB. Save it smaller.")
	case !bytes.HasPrefix(data, []byte("%PDF-")):
		return sniff.Refuse("This is no PDF.")
	case !bytes.Contains(data[max(0, len(data)-2048):], []byte("%%EOF")):
		return sniff.Refuse("The PDF is damaged or cut off. Export it again and send it anew.")
	case has(data, "Encrypt"):
		return sniff.Refuse("The PDF is protected by a password, so nobody can look into it here. Save it without.")
	}
	if does := acts(data); does != "" {
		return refuse(does)
	}
	var o opening
	o.name(data)
	err := eachPacked(data, func(unpacked []byte) error {
		if does := acts(unpacked); does != "" {
			return refuse(does)
		}
		o.name(unpacked)
		return nil
	})
	if err != nil {
		return err
	}
	return o.check(data)
}

func refuse(does string) error {
	return sniff.Refuse("The PDF " + does + ". Export it anew as a plain document (in the print dialog: save as PDF).")
}

// acts says what the first active name does, "" if there is none.
func acts(data []byte) string {
	for _, a := range active {
		if has(data, a.name) {
			return a.does
		}
	}
	return ""
}

// has reports whether data holds the name, also with escapes.
func has(data []byte, name string) bool {
	for rest := data; ; {
		i := bytes.IndexByte(rest, '/')
		if i < 0 {
			return false
		}
		rest = rest[i+1:]
		if is(rest, name) {
			return true
		}
	}
}

// is reports whether the name that data begins with is this one.
func is(data []byte, name string) bool {
	for i := range len(name) {
		c, n := letter(data)
		if n == 0 || c != name[i] {
			return false
		}
		data = data[n:]
	}
	return len(data) == 0 || delimits(data[0])
}

// delimits reports whether a byte ends a name.
func delimits(c byte) bool { return strings.IndexByte("\x00\t\n\f\r ()<>[]{}/%", c) >= 0 }

// letter is the first letter of a name and how many bytes write it.
func letter(data []byte) (c byte, n int) {
	switch {
	case len(data) == 0:
		return 0, 0
	case data[0] != '#' || len(data) < 3:
		return data[0], 1
	}
	for _, d := range data[1:3] {
		switch {
		case d >= '0' && d <= '9':
			c = c<<4 | (d - '0')
		case d|0x20 >= 'a' && d|0x20 <= 'f':
			c = c<<4 | (d | 0x20 - 'a' + 10)
		default:
			return data[0], 1
		}
	}
	return c, 3
}
