package manifest

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/atmacena/cocare/internal/course/edit"
)

var whole = edit.At() // the list is all that the file holds

// Put returns a list with the medium in it: in the place of the one with its ID, or
// at the end. What was not asked for stays byte for byte, comments too, so that two
// people who change two media merge. ok is false where the list cannot be read, or is
// written in a way in which that cannot be done.
func Put(data []byte, it Item) (out []byte, ok bool) {
	if bare(data) {
		data = begun(data)
	}
	d, at, ok := open(data, it.ID)
	if !ok {
		return nil, false
	}
	if at < 0 {
		err := d.Insert(whole, d.Len(whole), entry(it))
		return d.Bytes(), err == nil
	}
	items, _, _ := Read(data)
	if at < len(items) && amend(d, at, items[at], it) == nil {
		return d.Bytes(), true
	}
	if d, _, ok = open(data, it.ID); !ok { // as it was
		return nil, false
	}
	err := d.Set(edit.At(at), entry(it))
	return d.Bytes(), err == nil
}

// Remove returns a list without a medium; nil where it was the last.
func Remove(data []byte, id string) (out []byte, ok bool) {
	if bare(data) {
		return data, true
	}
	d, at, ok := open(data, id)
	switch {
	case !ok:
		return nil, false
	case at < 0:
		return data, true
	case d.Len(whole) == 1:
		return nil, true
	}
	err := d.Remove(edit.At(at))
	return d.Bytes(), err == nil
}

// bare reports whether a text has nothing but comments.
func bare(data []byte) bool {
	for line := range strings.Lines(string(data)) {
		if text := strings.TrimSpace(line); text != "" && text[0] != '#' {
			return false
		}
	}
	return true
}

// begun is a bare text with an empty list below it.
func begun(data []byte) []byte {
	text := string(data)
	end := "\n"
	if strings.Contains(text, "\r\n") {
		end = "\r\n"
	}
	if text != "" && !strings.HasSuffix(text, end) {
		text += end
	}
	return []byte(text + "[]" + end)
}

// open parses a list and finds a medium in it; at is -1 where it is not there.
func open(data []byte, id string) (d *edit.Doc, at int, ok bool) {
	d, err := edit.Parse(data)
	if err != nil || d.Len(whole) < 0 {
		return nil, 0, false
	}
	for at := range d.Len(whole) {
		if got, ok := d.Get(edit.At(at, "id")); ok && got == id {
			return d, at, true
		}
	}
	return d, -1, true
}

// amend changes in a medium what differs.
func amend(d *edit.Doc, at int, was, now Item) error {
	have := map[string]edit.Pair{}
	for _, p := range entry(was) {
		have[p.Key] = p
	}
	for _, p := range entry(now) {
		old, there := have[p.Key]
		delete(have, p.Key)
		if there && fmt.Sprint(old.Value) == fmt.Sprint(p.Value) {
			continue
		}
		if err := d.Set(edit.At(at, p.Key), p.Value); err != nil {
			return err
		}
	}
	for key := range have {
		if err := d.Remove(edit.At(at, key)); err != nil {
			return err
		}
	}
	return nil
}

// entry is a medium as the list has it.
func entry(it Item) (m edit.Map) {
	field := func(name, value string) {
		if value = strings.Join(strings.Fields(value), " "); value != "" {
			m = append(m, edit.Pair{Key: name, Value: value})
		}
	}
	field("id", it.ID)
	field("kind", string(it.Kind))
	field("title", it.Title)
	field("alt", it.Alt)
	field("caption", it.Caption)
	field("captions", it.Captions)
	field("transcript", it.Transcript)
	if it.Seconds > 0 {
		m = append(m, edit.Pair{Key: "seconds", Value: edit.Raw(strconv.FormatFloat(it.Seconds, 'f', -1, 64))})
	}
	files := make([]any, len(it.Files))
	for i, f := range it.Files {
		files[i] = f.entry()
	}
	return append(m, edit.Pair{Key: "files", Value: files})
}

// entry is a file on one line.
func (f File) entry() edit.Raw {
	text := fmt.Sprintf("{sha256: %s, bytes: %d, type: %s", scalar(f.SHA256), f.Bytes, scalar(f.Type))
	if f.Width > 0 {
		text += fmt.Sprintf(", width: %d, height: %d", f.Width, f.Height)
	}
	return edit.Raw(text + "}")
}

// scalar writes a word so that YAML reads it back as text: some hashes are numbers.
func scalar(s string) string {
	b, err := yaml.Marshal(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s})
	if text := strings.TrimSuffix(string(b), "\n"); err == nil && !strings.Contains(text, "\n") {
		return text
	}
	return strconv.Quote(s)
}
