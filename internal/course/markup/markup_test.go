package markup_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/course/markup"
)

func library() markup.Library {
	return markup.Library{
		Fact: func(id string) bool { return strings.HasPrefix(id, "F-") },
		Term: func(id string) (string, string, bool) { return "Sham", "Mock <treatment>", id == "sham" },
		Lesson: func(id string) (string, bool) {
			return "other-lesson", id == "m1-l2"
		},
		Figure: func(id string) (string, bool) {
			return "<figure id=\"fig-01\"></figure>\n", id == "fig-01"
		},
		Case: func(id string) (markup.Case, bool) {
			return markup.Case{
				Title: "Ada, 40", Story: "Ada is fictional. {.plain}\n",
				Prompts: []markup.Prompt{{Question: "What now?", Model: "Ask. [@F-9] {.plain}"}},
			}, id == "a"
		},
	}
}

func TestHTML(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"cite before the stop", "Half [@F-1].", `<p>Half<sup class="cite"><a href="#ref-1" id="cite-1" aria-label="Reference 1">1</a></sup>.</p>`},
		{"numbers by first use", "A [@F-1, @F-9]. B. [@F-2, @F-1]", `<sup class="cite"><a href="#ref-3" id="cite-3" aria-label="Reference 3">3</a>, <a href="#ref-1" id="cite-1-2" aria-label="Reference 1">1</a></sup></p>`},
		{"mark leaves no trace", "So we look on.\n{.plain}", "<p>So we look on.\n</p>"},
		{"term opens without scripts", "[sham](term:sham) {.plain}", `<span class="nowrap"><button type="button" class="term" popovertarget="term-sham">sham</button><span popover id="term-sham" class="term-note"><strong>Sham</strong> Mock &lt;treatment&gt;</span></span>`},
		{"lesson link", "See [it](lesson:m1-l2). {.plain}", `<a href="other-lesson">it</a>`},
		{"figure", "![](figure:fig-01)", `<figure id="fig-01"></figure>`},
		{"heading", "## Don’t skip *this*\n\n## Don’t skip this", `<h2 id="s-dont-skip-this--2">`},
		{"box", "::: know\nA [@F-1].\n:::", `<aside class="box box-know" role="note" aria-labelledby="box-1">` + "\n" + `<p class="box-title" id="box-1">What we know</p>`},
		{"own title", "::: us In <b>\nA [@F-1].\n:::", `In &lt;b&gt;`},
		{"case", "::: case a\nRead. {.plain}\n:::", `Case: Ada, 40 <span class="box-tag">Fictional</span>`},
		{"case prompts", "::: case a\nRead. {.plain}\n:::", `<details class="case-discussion">`},
		{"table", "| A | B |\n|---|---|\n| 1 | 2 [@F-1] |", `<div class="table-scroll" role="group" aria-label="Table 1" tabindex="0">`},
		{"escapes", `5 &lt; 6 \& <script>alert(1)</script> {.plain}`, "5 &lt; 6 &amp; <!-- raw HTML omitted -->alert(1)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := markup.Render(tt.src, 1, library()).HTML
			if !strings.Contains(got, tt.want) {
				t.Errorf("want …%s… in\n%s", tt.want, got)
			}
		})
	}
}

// TestMarksAreShown: a mark's line stands under its block where the block does
// not say the same, and is no word of the lesson.
func TestMarksAreShown(t *testing.T) {
	outcome := ` {.outcome what="remission" when="at one month" versus="20.8% with sham"}`
	none := ` {.outcome what="response" when="at a day" versus="no comparison group"}`
	tests := []struct{ name, src, want string }{
		{"outcome", "Half were well [@F-1]." + outcome, `Remission · at one month · against 20.8% with sham`},
		{"on its own line", "Half were well [@F-1].\n{.outcome what=\"remission\" when=\"at one month\" versus=\"20.8% with sham\"}", `Remission · at one month · against 20.8% with sham`},
		{"no comparison", "Half met it [@F-1]." + none, `Response · at a day · no comparison group`},
		{"outcome said", "At one month 50% remitted, and 20.8% with sham [@F-1]." + outcome, ""},
		{"time missing", "50% remitted, and 20.8% with sham [@F-1]." + outcome, `Remission · at one month · against 20.8% with sham`},
		{"two outcomes at one time", "Many [@F-1]." + none + strings.Replace(none, "response", "remission", 1), `Response and remission · at a day · no comparison group`},
		{"two outcomes at two times", "Many [@F-1]." + none + outcome, `Response · at a day · no comparison group|Remission · at one month · against 20.8% with sham`},
		{"prevalence", `Six in ten [@F-1]. {.prevalence of="US adults treated in a year"}`, `Counted: US adults treated in a year`},
		{"prevalence said", `Six in ten of the US adults who were treated in a year [@F-1]. {.prevalence of="US adults treated in a year"}`, ""},
		{"calculation", `A sum [@F-1, @F-2]. {.calculation from="F-2"}`, `Our calculation from <a href="#ref-2">reference 2</a>`},
		{"calculation from two", `A sum [@F-1, @F-2]. {.calculation from="F-1, F-2"}`, `Our calculation from <a href="#ref-1">reference 1</a> and <a href="#ref-2">reference 2</a>`},
		{"calculation from a fact without a number", `A sum [@F-1]. {.calculation from="F-8"}`, `Our calculation`},
		{"calculation said", `By our own calculation, a sum [@F-1]. {.calculation from="F-1"}`, ""},
		{"claim", "::: claim\nIt helps all [@F-1].\n{.claim by=\"the source article\"}\n:::", `Says the source article`},
		{"claim said", `The source article says that it helps all [@F-1]. {.claim by="the source article"}`, ""},
		{"question", "Who gains? {.question}", ""},
		{"in the row’s last cell", "| A | B |\n|---|---|\n| Half | many [@F-1]" + outcome + " |", `Remission · at one month · against 20.8% with sham`},
		{"said by the column’s head", "| A | Remission at one month |\n|---|---|\n| New | 50%; 20.8% with sham [@F-1]" + outcome + " |", ""},
		{"escaped", `Some [@F-1]. {.prevalence of="<b>all</b>"}`, `Counted: &lt;b&gt;all&lt;/b&gt;`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := markup.Render(tt.src, 1, library())
			var lines []string
			for _, part := range strings.Split(got.HTML, `<span class="mark-line">`)[1:] {
				line, _, _ := strings.Cut(part, "</span>")
				lines = append(lines, line)
			}
			if s := strings.Join(lines, "|"); s != tt.want {
				t.Errorf("shown %q, want %q in\n%s", s, tt.want, got.HTML)
			}
			if len(got.Problems) > 0 {
				t.Error(got.Problems)
			}
		})
	}
	words := markup.Render("Half were well [@F-1]."+outcome, 1, library()).Words
	if words != 3 {
		t.Errorf("%d words, want 3: a mark's words are not the lesson's", words)
	}
	hidden := library()
	hidden.HideCites = true
	if h := markup.Render(`A sum [@F-1]. {.calculation from="F-1"}`, 1, hidden).HTML; !strings.Contains(h, `<span class="mark-line">Our calculation</span>`) {
		t.Errorf("a sum leads to a reference that is not there: %s", h)
	}
}

func TestCitesInACaseContinueTheNumbers(t *testing.T) {
	got := markup.Render("A [@F-1].\n\n::: case a\nRead. {.plain}\n:::\n\nB [@F-2].", 1, library())
	if want := []string{"F-1", "F-9", "F-2"}; !slices.Equal(got.Cites, want) {
		t.Errorf("cites = %v, want %v", got.Cites, want)
	}
	if got.Words != 3 { // A, Read, B: the case's own words do not count
		t.Errorf("words = %d, want 3", got.Words)
	}
	hidden := library()
	hidden.HideCites = true
	if h := markup.Render("A [@F-1].", 1, hidden).HTML; strings.Contains(h, "cite") {
		t.Errorf("hidden citations are shown: %s", h)
	}
}

func TestProblemsNameTheLine(t *testing.T) {
	tests := []struct {
		name, src string
		line      int
		msg       string
	}{
		{"unknown fact", "A.\n\nB [@X-1].", 12, "no fact X-1"},
		{"broken citation", "A [@F-1, F-2].", 10, "cannot be read"},
		{"unknown mark", "A {.plane}", 10, "unknown mark"},
		{"mark without its words", `A {.outcome what="response"}`, 10, `lacks when="…"`},
		{"mark with too many", `A {.plain by="me"}`, 10, "no use for by"},
		{"mark says twice", `A {.claim by="me" by="you"}`, 10, "says twice"},
		{"mark with curly quotes", "A {.claim by=“me”}", 10, "cannot be read"},
		{"text after a mark", "A {.plain} B", 10, "text follows a mark"},
		{"mark alone", "A [@F-1].\n\n{.plain}", 12, "stands alone"},
		{"mark in a cell", "| A | B |\n|---|---|\n| 1 {.plain} | 2 |", 12, "inside the row"},
		{"heading 1", "# Title", 10, "level 1"},
		{"heading skipped", "## A\n\n#### B", 12, "level 4 follows one of level 2"},
		{"cited heading", "## A [@F-1]", 10, "heading carries no citation"},
		{"heading in a box", "::: know\n## A\n:::", 11, "no headings"},
		{"raw block", "<div>\nA\n</div>", 10, "raw HTML"},
		{"raw inline", "A <b>B</b> {.plain}", 10, "raw HTML"},
		{"code", "A.\n\n    B", 12, "program code"},
		{"unknown box", "::: think\nA\n:::", 10, "unknown kind of box"},
		{"nested box", "::: know\n::: know\n:::", 11, "opens inside the box of line 10"},
		{"open box", "A.\n\n::: know\nA", 12, "not closed"},
		{"stray fence", "A.\n\n:::", 12, "none is open"},
		{"unknown case", "::: case z\n:::", 10, "no case"},
		{"case twice", "::: case a\n:::\n\n::: case a\n:::", 13, "shown twice"},
		{"unknown figure", "![](figure:fig-99)", 10, "no figure"},
		{"foreign image", "![](https://example.org/x.png)", 10, "only figures"},
		{"words in a figure", "![alt](figure:fig-01)", 10, "no words here"},
		{"figure in a paragraph", "See ![](figure:fig-01).", 10, "paragraph of its own"},
		{"unknown term", "[x](term:x)", 10, "no term"},
		{"term twice", "[x](term:sham) and [y](term:sham)", 10, "linked twice"},
		{"unknown lesson", "[x](lesson:x)", 10, "no lesson"},
		{"script link", "[x](javascript:alert(1))", 10, "a link to"},
		{"foreign link", "[x](https://example.org)", 10, "a link to"},
		{"bare address", "<https://example.org>", 10, "an address"},
		{"title with a link", "::: know [x](term:sham)\n:::", 10, "plain text"},
		{"long line", strings.Repeat("a ", 9000), 10, "longer than 16 KiB"},
		{"long text", strings.Repeat("a\n", 140_000), 10, "longer than 256 KiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := markup.Render(tt.src, 10, library()).Problems
			for _, p := range got {
				if p.Line == tt.line && strings.Contains(p.Msg+p.Fix, tt.msg) {
					return
				}
			}
			t.Errorf("want line %d: …%s…, got %+v", tt.line, tt.msg, got)
		})
	}
}

func TestUnits(t *testing.T) {
	src := strings.Join([]string{
		"Half met *response* [@F-1]. And then? It fell to 3.2 points, e.g. in 5 people. [@F-2, @F-3]",
		`{.outcome what="response" when="at a day" versus="no comparison group"}`,
		"",
		"- one [@F-1]",
		"- two {.question}",
		"",
		"| A | B |", "|---|---|", "| At 5% | people [@F-1] {.prevalence of=\"all\"} {.plain} |",
		"",
		"::: claim", "All. [@F-1]", ":::",
	}, "\n")
	got := markup.Render(src, 1, library())
	if len(got.Problems) > 0 {
		t.Fatal(got.Problems)
	}
	var kinds []string
	for _, u := range got.Units {
		kinds = append(kinds, u.Kind)
	}
	if want := []string{"paragraph", "list item", "list item", "table header", "table row", "paragraph"}; !slices.Equal(kinds, want) {
		t.Fatalf("units %v, want %v", kinds, want)
	}
	first := got.Units[0]
	want := []markup.Sentence{{"Half met response.", true}, {"And then?", false}, {"It fell to 3.2 points, e.g. in 5 people.", true}}
	if !slices.Equal(first.Sentences, want) {
		t.Errorf("sentences %+v", first.Sentences)
	}
	if m := first.Marks; len(m) != 1 || m[0].What != "response" || m[0].Versus != "no comparison group" {
		t.Errorf("marks %+v", m)
	}
	row := got.Units[4]
	if len(row.Marks) != 2 || len(row.Sentences) != 1 || !row.Sentences[0].Cited || row.Text != "At 5% | people" {
		t.Errorf("row %+v", row)
	}
	if !got.Units[5].Claim() || got.Units[0].Claim() || !got.Units[2].Has("question") {
		t.Error("claim or question not seen")
	}
}

func TestWords(t *testing.T) {
	tests := map[string]int{
		"": 0, "one": 1, "two words": 2, "a — b": 2, "30% of 8.9 million": 4, "treatment-resistant": 1, "… !": 0, "Dębowska 2023": 2,
	}
	for in, want := range tests {
		if got := markup.Words(in); got != want {
			t.Errorf("Words(%q) = %d, want %d", in, got, want)
		}
	}
}

func FuzzRender(f *testing.F) {
	f.Add("A [@F-1]. {.plain}\n\n::: case a\nB\n:::\n\n| A |\n|---|\n| [x](term:sham) {.plain} |\n\n![](figure:fig-01)")
	f.Add("## H\n- a\n  1. b [@\n\n<b>\n\n    code\n\n> q [y](lesson:m1-l2)")
	f.Add("[[[[[[*_*_{.x}](term:sham)\\\n&#0;&amp;\x00")
	f.Fuzz(func(t *testing.T, src string) {
		got := markup.Render(src, 1, library())
		last := 1 + strings.Count(src, "\n") + 1
		for _, p := range got.Problems {
			if p.Line < 1 || p.Line > last || p.Msg == "" || p.Fix == "" {
				t.Errorf("problem outside the text or without words: %+v", p)
			}
		}
		if h := strings.ToLower(got.HTML); strings.Contains(h, "<script") || strings.Contains(h, "javascript:") && strings.Contains(h, `href="javascript:`) {
			t.Errorf("unsafe: %s", h)
		}
	})
}
