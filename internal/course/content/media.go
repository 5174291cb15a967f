package content

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"math"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/media/caption"
	"github.com/atmacena/cocare/internal/media/manifest"
	"github.com/atmacena/cocare/internal/media/sniff"
	"github.com/atmacena/cocare/internal/reason"
	"github.com/atmacena/cocare/internal/yamldoc"
)

// Medium is a picture, handout or recording with its words.
type Medium struct {
	manifest.Item
	VTT  []byte // of the captions
	Text string // of the transcript
}

// Same reports whether who has seen one medium has seen the other.
func (m *Medium) Same(o *Medium) bool {
	return m.Title == o.Title && m.Alt == o.Alt && m.Caption == o.Caption && m.Text == o.Text &&
		bytes.Equal(m.VTT, o.VTT) && slices.Equal(m.Files, o.Files)
}

// MediaFile is what stands at an address below /media/{slug}/: a file of a medium,
// or its captions, which come with the course.
type MediaFile struct {
	Medium   *Medium
	File     manifest.File
	Captions bool
}

// mediaFiles finds files by the last part of their addresses.
func mediaFiles(c *Course) map[string]MediaFile {
	out := map[string]MediaFile{}
	for _, m := range c.Media {
		for _, f := range m.Files {
			out[f.Name()] = MediaFile{Medium: m, File: f}
		}
		if len(m.VTT) > 0 {
			out[m.CaptionsName()] = MediaFile{Medium: m, Captions: true}
		}
	}
	return out
}

// MediaFile finds a file of the course's media by the last part of its address.
func (c *Course) MediaFile(name string) (MediaFile, bool) {
	f, ok := c.names().media[name]
	return f, ok
}

// Items are the course's media as media.yaml lists them.
func (c *Course) Items() []manifest.Item {
	out := make([]manifest.Item, len(c.Media))
	for i, m := range c.Media {
		out[i] = m.Item
	}
	return out
}

// CaptionsName is the last part of the address of the captions.
func (m *Medium) CaptionsName() string {
	sum := sha256.Sum256(m.VTT)
	return hex.EncodeToString(sum[:]) + ".vtt"
}

func (l *loader) loadMedia() {
	data, ok := l.files[manifest.Path]
	if ok {
		items, doc, problems := manifest.Read(data)
		l.mediaDoc = &yamlDoc{manifest.Path, doc}
		l.visibleValues(l.mediaDoc)
		for _, p := range problems {
			l.because(p.Why).errorf(manifest.Path, p.Line, p.Fix, "%s", p.Msg)
		}
		for _, it := range items {
			m := &Medium{Item: it}
			m.VTT, m.Text = l.files[it.Captions], string(l.files[it.Transcript])
			l.media[it.ID] = m
			l.c.Media = append(l.c.Media, m)
		}
	} else {
		l.mediaDoc = &yamlDoc{manifest.Path, &yamldoc.Doc{First: 1}}
	}
}

// checkMedia: what is seen and heard can be read too, and lessons show it.
func (l *loader) checkMedia() {
	named, shown := map[string]bool{}, map[string]bool{}
	for _, t := range l.order {
		for _, u := range t.text.Media {
			shown[u.ID] = true
		}
	}
	for i, m := range l.c.Media {
		named[m.Captions], named[m.Transcript] = true, true
		l.checkMediumWords(i, m)
		if !shown[m.ID] {
			l.because(reason.Shown).warnf(manifest.Path, m.Line, "show it with ![](media:"+m.ID+"), or remove it", "no lesson shows the medium %s", clip(m.ID))
		}
	}
	for _, p := range l.under("media/", "") {
		if !named[p] {
			l.because(reason.Shown).errorf(p, 1, "name it in media.yaml, or remove it", "no medium names this file")
		}
	}
}

func (l *loader) checkMediumWords(i int, m *Medium) {
	switch {
	case m.Kind == sniff.Image && m.Alt != "" && trivialAlt(m.Alt):
		l.because(reason.Alt).errorf(manifest.Path, l.mediaDoc.line("[%d].alt", i), "say what the picture shows", "the alternative text describes nothing: “%s”", clip(m.Alt))
	case m.Kind == sniff.Video && m.Captions == "":
		l.because(reason.Captions).errorf(manifest.Path, m.Line, "add captions (SRT or WebVTT) on the page of media", "the video %s has no captions", clip(m.ID))
	case m.Kind == sniff.Audio && m.Transcript == "":
		l.because(reason.Transcript).errorf(manifest.Path, m.Line, "add a transcript on the page of media", "the recording %s has no transcript", clip(m.ID))
	}
	if m.Captions != "" {
		l.checkCaptions(m, l.mediaDoc.line("[%d].captions", i))
	}
	if m.Transcript != "" && strings.TrimSpace(m.Text) == "" {
		l.because(reason.Transcript).errorf(manifest.Path, l.mediaDoc.line("[%d].transcript", i), "write it, or take the line away", "there is no text %s", clip(m.Transcript))
	}
}

func (l *loader) checkCaptions(m *Medium, line int) {
	if len(m.VTT) == 0 {
		l.because(reason.Captions).errorf(manifest.Path, line, "add the file, or take the line away", "there is no file %s", clip(m.Captions))
		return
	}
	if !caption.IsVTT(m.VTT) {
		l.because(reason.Captions).errorf(m.Captions, 1, "save it as WebVTT, or send it as SRT on the page of media, which converts it", "the file does not begin with WEBVTT")
		return
	}
	_, problems := caption.Parse(m.VTT, m.Length())
	for _, p := range problems {
		l.because(reason.Captions).errorf(m.Captions, p.Line, p.Fix, "%s", p.Msg)
	}
}

// mediaWords holds what readers see and hear of media to the language rules.
func (l *loader) mediaWords(p *phrases) {
	for i, m := range l.c.Media {
		for key, text := range map[string]string{"title": m.Title, "alt": m.Alt, "caption": m.Caption} {
			l.words(p, manifest.Path, l.mediaDoc.line("[%d].%s", i, key), text)
		}
		cues, _ := caption.Parse(m.VTT, 0)
		for _, c := range cues {
			l.words(p, m.Captions, c.Line, caption.Words([]caption.Cue{c}))
		}
		for n, line := range strings.Split(m.Text, "\n") {
			l.words(p, m.Transcript, n+1, line)
		}
	}
}

// played is how many minutes the lesson's recordings take.
func (t *lessonText) played() int {
	seconds := 0.0
	for _, m := range t.Media {
		seconds += m.Seconds
	}
	return int(math.Round(seconds / 60))
}

// html is the medium in its lesson. Nothing is loaded before it is needed.
func (m *Medium) html(card Card) string {
	at := func(name string) string { return html.EscapeString("/media/" + card.Slug + "/" + name) }
	if len(m.Files) == 0 {
		return ""
	}
	var body string
	switch f := m.Files[0]; m.Kind {
	case sniff.Image:
		body = m.picture(at)
	case sniff.Video:
		body = fmt.Sprintf(`<video controls playsinline preload="none"%s aria-label="%s"><source src="%s" type="%s">`,
			pixels(f), html.EscapeString(m.Title), at(f.Name()), f.Type)
		if len(m.VTT) > 0 {
			body += fmt.Sprintf(`<track kind="captions" default src="%s" srclang="%s" label="Captions">`, at(m.CaptionsName()), html.EscapeString(card.Language))
		}
		body += `</video>`
	case sniff.Audio:
		body = fmt.Sprintf(`<audio controls preload="none" aria-label="%s"><source src="%s" type="%s"></audio>`, html.EscapeString(m.Title), at(f.Name()), f.Type)
	default:
		return fmt.Sprintf("<p id=\"media-%s\"><a href=\"%s\" download=\"%s\">%s</a> (PDF, %s)%s</p>\n",
			html.EscapeString(m.ID), at(f.Name()), html.EscapeString(m.ID+".pdf"), html.EscapeString(m.Title), Size(f.Bytes), after(m.Caption))
	}
	return fmt.Sprintf("<figure class=\"figure\" id=\"media-%s\">\n%s\n<figcaption><strong>%s.</strong>%s%s</figcaption>\n</figure>\n%s",
		html.EscapeString(m.ID), body, html.EscapeString(strings.TrimRight(m.Title, ".")), after(m.Caption), m.lasts(), m.transcript())
}

func after(text string) string {
	if strings.TrimSpace(text) == "" {
		return ""
	}
	return " " + html.EscapeString(text)
}

func pixels(f manifest.File) string {
	if f.Width == 0 || f.Height == 0 {
		return ""
	}
	return fmt.Sprintf(` width="%d" height="%d"`, f.Width, f.Height)
}

// picture offers its widths; the browser takes the one that it needs.
func (m *Medium) picture(at func(string) string) string {
	set := make([]string, len(m.Files))
	shown := m.Files[0]
	for i, f := range m.Files {
		set[i] = fmt.Sprintf("%s %dw", at(f.Name()), f.Width)
		if f.Width <= 960 {
			shown = f
		}
	}
	return fmt.Sprintf(`<img src="%s" srcset="%s" sizes="(min-width: 48rem) 44rem, 100vw"%s alt="%s" loading="lazy" decoding="async">`,
		at(shown.Name()), strings.Join(set, ", "), pixels(shown), html.EscapeString(m.Alt))
}

// lasts says how long a recording is: nothing of it is loaded before it is played.
func (m *Medium) lasts() string {
	if !m.Timed() {
		return ""
	}
	s := max(1, int(math.Round(m.Seconds)))
	return fmt.Sprintf(` <span class="nowrap">%d:%02d min</span>`, s/60, s%60)
}

func (m *Medium) transcript() string {
	if strings.TrimSpace(m.Text) == "" {
		return ""
	}
	var out strings.Builder
	out.WriteString("<details><summary>Transcript</summary>")
	for p := range strings.SplitSeq(strings.ReplaceAll(m.Text, "\r\n", "\n"), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			out.WriteString("<p>" + html.EscapeString(p) + "</p>")
		}
	}
	out.WriteString("</details>\n")
	return out.String()
}

// Size is a number of bytes in words.
func Size(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 1_000_000:
		return fmt.Sprintf("%d KB", (n+500)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}
