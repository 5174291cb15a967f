package studio

import "testing"

func TestTidy(t *testing.T) {
	for text, want := range map[string]string{
		"\ufeffA sof\u00adt\u200b\u2060 word\u200e.\n": "A soft word.\n", "a\vb\x07c\td\r\n": "a bc\td\r\n",
		"می\u200cخواهم": "می\u200cخواهم", "a\u202eb": "a\u202eb", "": "",
	} {
		if got, _ := tidy(text); got != want {
			t.Errorf("%q is tidied to %q", text, got)
		}
	}
	if _, n := tidy("\ufeffa\u200b\v"); n != 3 {
		t.Errorf("%d were left out", n)
	}
	if got := tidyLine(" Sleep\tand\u200b\n dreams "); got != "Sleep and dreams" {
		t.Errorf("a line is %q", got)
	}
}

const headed = "---\nid: m1-l1\ntitle: Sleep\n---\n\nText.\n"

func TestKeepHead(t *testing.T) {
	head := "---\nid: m1-l1\ntitle: Sleep\n---\n\n"
	for now, want := range map[string]string{
		"":                           head,
		"# From Word\n\nNew.\n":      head + "# From Word\n\nNew.\n",
		"---\n\nNew.\n":              head + "New.\n",
		"---\nNew.\n---\nMore.\n":    head + "New.\n---\nMore.\n",
		"---\nid: m9\n---\nOther.\n": "---\nid: m9\n---\nOther.\n",
		"--\nid: m1-l1\n---\nText.":  "--\nid: m1-l1\n---\nText.", // somebody writes there
		headed:                       headed,
	} {
		got, back := keepHead(headed, now)
		if got != want || back != (want != now) {
			t.Errorf("%q is kept as %q (%v)", now, got, back)
		}
	}
	if got, back := keepHead("No head.\n", "New."); back || got != "New." {
		t.Errorf("a file without a head got %q", got)
	}
}

func TestRead(t *testing.T) {
	got := read("modules/01-a/01-b.md", "Pasted\u200b.\r\n", []byte(headed))
	if string(got.data) != "---\nid: m1-l1\ntitle: Sleep\n---\n\nPasted.\n" || got.sent != "Pasted\u200b.\n" || !got.head || got.left != 1 {
		t.Errorf("%+v: %s", got, got.data)
	}
	if got := read("disclosure.md", "Pasted.\n", []byte(headed)); got.head || string(got.data) != "Pasted.\n" {
		t.Errorf("%+v: %s", got, got.data)
	}
	if got := read("facts.yaml", "- title: Sleep\tand\tdreams\n\ttext: x\n", nil); string(got.data) != "- title: Sleep and dreams\n\ttext: x\n" {
		t.Errorf("%s", got.data)
	}
	if got := lineSaying("one\ntwo \u202e three\n", 2); got != "two U+202E three" {
		t.Errorf("%q", got)
	}
}
