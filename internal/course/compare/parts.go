package compare

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/course/content"
)

// parts compares all that is neither a lesson's text nor a question nor a rule.
func parts(before, after *content.Course) (out []Part) {
	for _, p := range []struct {
		id, title string
		authoring bool
		of        func(*content.Course) []entry
	}{
		{"objectives", "Objectives", false, objectives},
		{"outline", "Modules and their lessons", false, outline},
		{"figures", "Figures", false, figures},
		{"media", "Pictures, handouts and recordings", false, media},
		{"cases", "Cases", false, cases},
		{"glossary", "Glossary", false, glossary},
		{"facts", "Facts", false, facts},
		{"references", "References", false, references},
		{"exam", "How the exam is drawn", false, exam},
		{"evaluation", "Evaluation", false, evaluation},
		{"people", "People behind the course", false, people},
		{"about", "What the course says of itself", false, about},
		{"reviews", "Reviews that it asks for", true, reviews},
		{"credit", "What estimated hours are worked out from", true, hours},
		{"offer", "How it is offered", true, offer},
	} {
		if list := listed(p.of(before), p.of(after)); len(list) > 0 {
			out = append(out, Part{p.id, p.title, p.authoring, list})
		}
	}
	return out
}

// lines is a text in the making.
type lines struct{ strings.Builder }

func (w *lines) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

// some writes a text behind its label, nothing where there is none.
func (w *lines) some(label, text string) {
	if text != "" {
		w.line("%s%s", label, text)
	}
}

func objectives(c *content.Course) (out []entry) {
	for _, o := range c.Objectives {
		out = append(out, entry{o.ID, o.ID, fmt.Sprintf("%s (%s, %s)", o.Text, o.Verb, o.Level)})
	}
	return out
}

// outline has a text for each module, with what its lessons are called and take.
func outline(c *content.Course) (out []entry) {
	for _, m := range c.Modules {
		w := &lines{}
		w.line("Module %d", m.Number)
		w.some("", m.Aim)
		w.some("Objectives: ", strings.Join(m.Objectives, ", "))
		for _, l := range m.Lessons {
			w.line("Lesson %s (%s), %d min", l.Title, l.Slug, l.Minutes)
			w.some("  Objectives: ", strings.Join(l.Objectives, ", "))
			w.some("  For readers in: ", strings.Join(l.Jurisdictions, ", "))
			w.some("  For: ", strings.Join(l.Roles, ", "))
		}
		for _, q := range m.Check {
			w.line("Practice question %s", q.ID)
		}
		out = append(out, entry{m.ID, m.Title, w.String()})
	}
	return out
}

func figures(c *content.Course) (out []entry) {
	for _, f := range c.Figures {
		out = append(out, entry{f.ID, f.Title, figureText(f)})
	}
	return out
}

// figureText is a figure with all its words; what is drawn is told by a hash.
func figureText(f *content.Figure) string {
	w := &lines{}
	w.line("%s. %s", f.Title, f.Caption)
	w.some("Alternative text: ", f.Alt)
	w.some("Written in it: ", f.Words)
	w.some("Axis: ", strings.Join(f.Axis, ", "))
	for _, m := range f.Marks {
		w.line("Mark %s: %s", m.Kind, strings.Join([]string{m.What, m.When, m.Versus, m.Of, m.From, m.By}, "; "))
	}
	for _, x := range f.Facts {
		w.line("Fact %s", x.ID)
	}
	w.line("Drawing %s", sum([]byte(f.SVG)))
	return w.String()
}

// sum names content that has no words.
func sum(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:4])
}

func media(c *content.Course) (out []entry) {
	for _, m := range c.Media {
		out = append(out, entry{m.ID, m.Title, mediumText(m)})
	}
	return out
}

func mediumText(m *content.Medium) string {
	w := &lines{}
	w.line("%s: %s. %s", m.Kind, m.Title, m.Caption)
	w.some("Alternative text: ", m.Alt)
	if m.Seconds > 0 {
		w.line("%g seconds", m.Seconds)
	}
	w.some("", m.Text)
	w.some("", string(m.VTT))
	for _, f := range m.Files {
		w.line("File %.8s, %s, %d bytes, %d × %d", f.SHA256, f.Type, f.Bytes, f.Width, f.Height)
	}
	return w.String()
}

func cases(c *content.Course) (out []entry) {
	for _, k := range c.Cases {
		out = append(out, entry{k.ID, k.Title, caseText(k) + "Modules: " + strings.Join(k.Modules, ", ")})
	}
	return out
}

func caseText(k *content.Case) string {
	w := &lines{}
	w.line("%s (%s)", k.Title, k.Name)
	w.some("", plain(string(k.Story)))
	for _, p := range k.Prompts {
		w.some("Asked: ", plain(string(p.Question)))
		w.some("Model: ", plain(string(p.Model)))
	}
	return w.String()
}

func glossary(c *content.Course) (out []entry) {
	for _, t := range c.Glossary {
		out = append(out, entry{t.ID, t.Term, t.Meaning})
	}
	return out
}

func facts(c *content.Course) (out []entry) {
	for _, f := range c.Facts {
		out = append(out, entry{f.ID, f.Title, factText(f)})
	}
	return out
}

// factText is a fact as it stands under a lesson.
func factText(f *content.Fact) string {
	if f == nil { // a draft cites what is not there
		return ""
	}
	w := &lines{}
	w.line("%s (%s)", f.Text, f.Status)
	w.some("Source: ", f.Source)
	for _, r := range f.References {
		w.line("%s", referenceText(r))
	}
	return w.String()
}

func references(c *content.Course) (out []entry) {
	for _, r := range c.References {
		out = append(out, entry{r.ID, r.ID, referenceText(r)})
	}
	return out
}

func referenceText(r *content.Reference) string {
	var names []string
	for _, n := range r.Authors {
		names = append(names, strings.TrimSpace(n.Family+" "+n.Given+" "+n.Literal))
	}
	if r.EtAl {
		names = append(names, "et al.")
	}
	return strings.Join([]string{strings.Join(names, ", "), r.Title, r.Container, r.Issued, r.Volume, r.Issue, r.Page, r.DOI, r.Note, r.Type}, ". ")
}

func exam(c *content.Course) []entry {
	w := &lines{}
	for _, r := range c.Exam.Blueprint {
		w.line("%d of %d about %s", r.Draw, r.Bank, r.Objective)
	}
	for _, r := range c.Exam.Require {
		w.line("At least %d of %s: %s", r.AtLeast, strings.Join(r.Of, ", "), r.Why)
	}
	for _, l := range c.Exam.Limits {
		w.line("At most %d percent %s", l.AtMostPercent, l.Kind)
	}
	return []entry{{"exam", "Blueprint", w.String()}}
}

func evaluation(c *content.Course) []entry {
	out := []entry{{"scale", "Scale", strings.Join(c.Evaluation.Scale, ", ")}}
	for _, i := range c.Evaluation.Items {
		w := &lines{}
		w.line("%s, %s", i.Text, i.Kind)
		w.some("Objective: ", i.Objective)
		w.some("To: ", i.To)
		for _, o := range i.Options {
			w.line("%s. %s", o.ID, o.Text)
		}
		w.some("Parts: ", strings.Join(i.Parts, ", "))
		if i.Required {
			w.line("Required")
		}
		out = append(out, entry{"item " + i.ID, i.ID, w.String()})
	}
	return out
}

func people(c *content.Course) []entry {
	w := &lines{}
	for _, a := range c.Card.Authors {
		w.line("%s Disclosed on %s", author(a), day(a.DisclosedOn))
	}
	return []entry{{"people", "Authors", w.String()}}
}

func about(c *content.Course) (out []entry) {
	card := c.Card
	for _, t := range [][2]string{
		{"Title", card.Title}, {"Subtitle", card.Subtitle}, {"Language", card.Language}, {"Summary", card.Summary}, {"Audience", card.Audience},
		{"Level", card.Level}, {"Prerequisites", card.Prerequisites}, {"Not for", card.NotFor}, {"Format", card.Format}, {"Released", day(card.ReleasedOn)},
		{"Line under every lesson", card.Footer}, {"Facts of that line", strings.Join(card.FooterFacts, ", ")},
	} {
		out = append(out, entry{t[0], t[0], t[1]})
	}
	return out
}

func reviews(c *content.Course) (out []entry) {
	alike := map[string]int{}
	for _, s := range c.Signoffs {
		alike[s.Kind]++
	}
	for _, s := range c.Signoffs {
		w := &lines{}
		w.line("%s (%s)", s.Text, s.Kind)
		w.some("Of: ", strings.Join(s.Lessons, ", "))
		if s.Cases {
			w.line("Of the cases")
		}
		w.some("To look at: ", strings.Join(s.List, "; "))
		title := reviewTitle(s)
		if alike[s.Kind] > 1 {
			title += " (" + s.ID + ")"
		}
		out = append(out, entry{s.ID, title, w.String()})
	}
	return out
}

// reviewTitle is what a review is called, as its page calls it.
func reviewTitle(s content.Signoff) string {
	return word(s.Kind, map[string]string{"medical": "Medical review", "therapist": "Therapist review", "legal": "Legal review", "editorial": "Editorial check"})
}

func hours(c *content.Course) []entry {
	card := c.Card
	formula := word(card.CreditFormula, map[string]string{"words-per-hour": "words per hour", "mergener": "Mergener’s formula", "reading-time": "reading time and questions"})
	rounding := word(string(card.CreditRounding), map[string]string{"down-quarter": "rounded down to quarters of an hour", "nearest-quarter": "rounded to the nearest quarter of an hour",
		"down-half": "rounded down to half hours", "down-whole": "rounded down to hours", "down-hundredth": "rounded down to hundredths of an hour"})
	return []entry{{"hours", "Estimated hours", fmt.Sprintf("%s, difficulty %g, %s, %s", formula, card.CreditDifficulty, counted(card.CreditQuestions, "question", "no question"), rounding)}}
}

func offer(c *content.Course) []entry {
	card := c.Card
	days := make([]string, len(card.ReminderDays))
	for i, n := range card.ReminderDays {
		days[i] = strconv.Itoa(n)
	}
	return []entry{
		{"price", "Price", fmt.Sprintf("%d.%02d %s", card.PriceCents/100, card.PriceCents%100, card.Currency)},
		{"access", "Access", counted(card.AccessDays, "day", "none")},
		{"reminders", "Days before its end on which a mail goes out", strings.Join(days, ", ")},
		{"again", "Can be taken again after", counted(card.RepeatAfterDays, "day", "never")},
	}
}
