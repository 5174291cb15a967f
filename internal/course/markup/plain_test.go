package markup_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/course/markup"
)

func TestPlainIsWhatAReaderSees(t *testing.T) {
	const source = `<p>Half of <strong>all</strong> adults<sup class="cite"><a href="#ref-1">1</a></sup> &amp; <span class="nowrap"><button>a term</button><span popover id="t"><strong>Term</strong> its <span>meaning</span></span></span>.</p>` +
		`<svg><text>drawn</text></svg><sup>2</sup>`
	for numbers, want := range map[bool]string{true: "Half of all adults1 & a term.2", false: "Half of all adults & a term.2"} {
		if got := markup.Plain(source, numbers); got != want {
			t.Errorf("%v: %q, want %q", numbers, got, want)
		}
	}
	if got := markup.Plain("<span popover>never ends", true); got != "" {
		t.Errorf("%q", got)
	}
}
