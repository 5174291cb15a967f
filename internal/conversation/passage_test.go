package conversation_test

import (
	"html/template"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/conversation"
	"github.com/atmacena/cocare/internal/course"
)

func lessonOf(html string, headings ...course.Heading) *course.Lesson {
	return &course.Lesson{HTML: template.HTML(html), Headings: headings}
}

func TestPassagesAreWhatStandsUnderHeadings(t *testing.T) {
	l := lessonOf(`<p>Before &amp; all.</p>
<h2 id="s-first">The <em>first</em></h2>
<p>One<sup class="cite"><a href="#ref-1" id="cite-1" aria-label="Reference 1">1</a></sup>, two <span class="nowrap"><button type="button" class="term">sham</button><span popover id="term-sham" class="term-note"><strong>Sham</strong> Mock</span></span>.</p>
<ul><li>three</li><li>four</li></ul>
<figure class="figure" id="fig-01"><svg role="img" aria-label="x"><text>drawn</text></svg><figcaption>Figure 1. Seen.</figcaption></figure>
<h3 id="s-empty">Nothing</h3>
<h3 id="s-last">Last</h3><p>five</p>`,
		course.Heading{ID: "s-first", Text: "The first", Level: 2}, course.Heading{ID: "s-empty", Text: "Nothing", Level: 3}, course.Heading{ID: "s-last", Text: "Last", Level: 3})
	want := []conversation.Passage{{Quote: "Before & all."}, {Anchor: "s-first", Heading: "The first", Quote: "One, two sham. three four Figure 1. Seen."}, {Anchor: "s-last", Heading: "Last", Quote: "five"}}
	got := conversation.Passages(l)
	if len(got) != len(want) {
		t.Fatalf("%d passages: %+v", len(got), got)
	}
	for i, p := range got {
		if p.Anchor != want[i].Anchor || p.Heading != want[i].Heading || p.Quote != want[i].Quote || len(p.SHA256) != 64 {
			t.Errorf("%+v, want %+v", p, want[i])
		}
	}
	if _, ok := conversation.Find(got, "s-empty"); ok {
		t.Error("an empty passage can be asked about")
	}
}

// The number of a citation changes with what is cited before it, the words do not.
func TestACitationsNumberIsNoPartOfAPassage(t *testing.T) {
	one := conversation.Passages(lessonOf(`<p>So<sup class="cite"><a href="#ref-1">1</a></sup>.</p>`))
	two := conversation.Passages(lessonOf(`<p>So<sup class="cite"><a href="#ref-2">2</a></sup>.</p>`))
	other := conversation.Passages(lessonOf(`<p>Not so<sup class="cite"><a href="#ref-1">1</a></sup>.</p>`))
	if one[0].SHA256 != two[0].SHA256 || one[0].SHA256 == other[0].SHA256 {
		t.Errorf("%+v %+v %+v", one, two, other)
	}
}

func TestAQuoteIsShortAndWhole(t *testing.T) {
	long := conversation.Passages(lessonOf("<p>" + strings.Repeat("wörd ", 100) + "</p>"))[0].Quote
	if n := len([]rune(long)); n > 160 || n < 150 || !strings.HasSuffix(long, "wörd…") {
		t.Errorf("%d: %q", n, long)
	}
	if one := conversation.Passages(lessonOf("<p>" + strings.Repeat("é", 300) + "</p>"))[0].Quote; len([]rune(one)) != 160 {
		t.Errorf("%q", one)
	}
}

func FuzzPassages(f *testing.F) {
	f.Add(`<p>a</p><h2 id="s-x">X</h2><p>b</p>`)
	f.Add(`<h2 id="s-x">X`)
	f.Add(`<sup class="cite">`)
	f.Add(`<svg><h2 id="s-`)
	f.Add(`<h4 id="s-a"></h4></h`)
	f.Fuzz(func(t *testing.T, html string) {
		for _, p := range conversation.Passages(lessonOf(html)) {
			if p.Quote == "" || len(p.SHA256) != 64 || len([]rune(p.Quote)) > 160 {
				t.Errorf("%q: %+v", html, p)
			}
		}
	})
}
