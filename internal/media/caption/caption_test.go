package caption_test

import (
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/media/caption"
)

const srt = "\ufeff1\r\n00:00:01,000 --> 00:00:03,500\r\nPatience & <i>care</i>\r\n\r\n2\r\n00:00:03,500 --> 00:00:06,000\r\nA < B\r\nsecond line\r\n"

func TestSubRipBecomesWebVTT(t *testing.T) {
	cues, problems := caption.Parse([]byte(srt), 10*time.Second)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	const want = "WEBVTT\n\n00:00:01.000 --> 00:00:03.500\nPatience &amp; <i>care</i>\n\n00:00:03.500 --> 00:00:06.000\nA &lt; B\nsecond line\n"
	if got := string(caption.VTT(cues)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := caption.Words(cues); got != "Patience & care A < B second line" {
		t.Errorf("words: %q", got)
	}
}

func TestWebVTTStays(t *testing.T) {
	const text = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000 line:10% align:start\n<v Ada>Good evening</v>\n\n01:00:02.000 --> 01:00:03.000\nTom &amp; Ada\n"
	with := strings.Replace(text, "\n\n", "\nKind: captions\n\nNOTE made by hand\n\nintro\n", 1)
	for _, in := range []string{text, with} {
		cues, problems := caption.Parse([]byte(in), 0)
		if len(problems) > 0 || string(caption.VTT(cues)) != text {
			t.Errorf("%q: %v, %q", in, problems, caption.VTT(cues))
		}
	}
	short, problems := caption.Parse([]byte("WEBVTT\n\n00:01.000 --> 00:02.000\na\n"), 0)
	if len(problems) > 0 || short[0].Start != time.Second {
		t.Errorf("without hours: %v, %v", short, problems)
	}
}

func TestMistakesHaveTheirLines(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		line int
		says string
	}{
		"empty":           {"", 1, "no captions"},
		"only a head":     {"WEBVTT\n", 1, "no captions"},
		"no times":        {"WEBVTT\n\nhello\n", 3, "no times"},
		"bad time":        {"WEBVTT\n\n00:00:1.000 --> 00:00:02.000\na\n", 3, "no time"},
		"minutes":         {"WEBVTT\n\n00:60:00.000 --> 01:00:02.000\na\n", 3, "no time"},
		"comma in VTT":    {"WEBVTT\n\n00:00:01,000 --> 00:00:02.000\na\n", 3, "no time"},
		"backwards":       {"WEBVTT\n\n00:00:03.000 --> 00:00:02.000\na\n", 3, "before it begins"},
		"order":           {"1\n00:00:05,000 --> 00:00:06,000\na\n\n2\n00:00:01,000 --> 00:00:02,000\nb\n", 6, "line 2"},
		"overlap":         {"1\n00:00:01,000 --> 00:00:03,000\na\n\n2\n00:00:02,000 --> 00:00:04,000\nb\n", 6, "is shown"},
		"too long":        {"1\n00:00:01,000 --> 00:01:03,000\na\n", 2, "after the recording"},
		"says nothing":    {"1\n00:00:01,000 --> 00:00:03,000\n\n2\n00:00:04,000 --> 00:00:05,000\nb\n", 2, "says nothing"},
		"only tags":       {"1\n00:00:01,000 --> 00:00:03,000\n<i></i>\n", 2, "says nothing"},
		"script":          {"1\n00:00:01,000 --> 00:00:03,000\n<script>x</script>\n", 3, "<script>"},
		"style":           {"WEBVTT\n\nSTYLE\n::cue { color: red }\n\n00:00:01.000 --> 00:00:02.000\na\n", 3, "styles"},
		"in the head":     {"WEBVTT\n00:00:01.000 --> 00:00:02.000\na\n", 2, "head"},
		"no line between": {"1\n00:00:01,000 --> 00:00:02,000\na\n00:00:03,000 --> 00:00:04,000\nb\n", 4, "inside another"},
		"settings":        {"WEBVTT\n\n00:00:01.000 --> 00:00:02.000 color:red\na\n", 3, "color:red"},
		"latin 1":         {"1\n00:00:01,000 --> 00:00:02,000\ncaf\xe9\n", 3, "UTF-8"},
		"utf 16":          {"\xff\xfe1\x00", 1, "UTF-16"},
		"hidden":          {"1\n00:00:01,000 --> 00:00:02,000\na\u202eb\n", 3, "U+202E"},
		"long line":       {"1\n00:00:01,000 --> 00:00:02,000\n" + strings.Repeat("a", 121) + "\n", 3, "longer"},
		"many lines":      {"1\n00:00:01,000 --> 00:00:02,000\na\nb\nc\nd\ne\n", 2, "more than 4"},
		"huge":            {strings.Repeat("a", caption.MaxBytes+1), 1, "larger"},
	} {
		_, problems := caption.Parse([]byte(c.text), 30*time.Second)
		if len(problems) == 0 || problems[0].Line != c.line || !strings.Contains(problems[0].String(), c.says) {
			t.Errorf("%s: got %v, want line %d to say %q", name, problems, c.line, c.says)
		}
	}
}

func TestProblemsAreBounded(t *testing.T) {
	if _, problems := caption.Parse([]byte(strings.Repeat("x\n\n", 5000)), 0); len(problems) != 50 {
		t.Errorf("%d problems", len(problems))
	}
	if _, problems := caption.Parse([]byte("WEBVTT\n"+strings.Repeat("\n00:00:01.000 --> 00:00:02.000\na\n", 5001)), 0); len(problems) == 0 {
		t.Error("5,001 captions at one time pass")
	}
}

// FuzzParse: what passes is written as WebVTT that passes again, unchanged.
// TestALineOfSignsIsNotTakenApart: each would be looked for to its end.
func TestALineOfSignsIsNotTakenApart(t *testing.T) {
	for head, at := range map[string]string{"WEBVTT\n\n": "00:00:01.000 --> 00:00:02.000\n", "1\n": "00:00:01,000 --> 00:00:02,000\n"} {
		for _, sign := range []string{"<", "<v ", "&", "<i"} {
			data := head + at + strings.Repeat(sign, 500_000/len(sign)) + "\n"
			_, problems := caption.Parse([]byte(data), 0)
			if len(problems) != 1 || !strings.Contains(problems[0].Msg, "longer than 120 characters") {
				t.Errorf("%q: %v", sign, problems)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(srt))
	f.Add([]byte("WEBVTT head\n\nNOTE x\n\n00:01.000 --> 00:02.000 size:50%\n<v A>a</v> &lt; <b>b</b>\n"))
	f.Add([]byte("1\n00:00:01,000 --> 00:00:02,000\n<i\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		cues, problems := caption.Parse(data, 0)
		for _, p := range problems {
			if p.Line < 1 || p.Msg == "" || p.Fix == "" {
				t.Errorf("half a problem: %+v", p)
			}
		}
		if len(problems) > 0 {
			return
		}
		written := caption.VTT(cues)
		again, problems := caption.Parse(written, 0)
		if len(problems) > 0 && len(written) <= caption.MaxBytes {
			t.Fatalf("%q is refused: %v", written, problems)
		}
		if len(written) <= caption.MaxBytes && string(caption.VTT(again)) != string(written) {
			t.Errorf("%q becomes %q", written, caption.VTT(again))
		}
	})
}
