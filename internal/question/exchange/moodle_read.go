package exchange

import (
	"slices"
	"strings"
)

// moodleKinds reads each type of Moodle's that there is a kind for here.
var moodleKinds = map[string]func(*node, *draft){
	"multichoice": moodleChoice, "truefalse": moodleTrueFalse, "numerical": moodleNumber,
	"shortanswer": moodleShort, "matching": moodleMatch, "match": moodleMatch, "essay": moodleEssay, "ordering": moodleOrder,
}

// moodleOthers names the types that there is no kind for, in words.
var moodleOthers = map[string]string{
	"cloze": "gaps in a text (Cloze)", "multianswer": "gaps in a text (Cloze)", "gapselect": "missing words to select",
	"calculated": "calculated from random numbers", "calculatedsimple": "calculated from random numbers", "calculatedmulti": "calculated from random numbers",
	"ddwtos": "words to drag into a text", "ddimageortext": "things to drag onto an image", "ddmarker": "markers to drag onto an image",
	"random": "drawn at random from a category", "randomsamatch": "matching drawn at random from short answers", "multichoiceset": "multiple choice of another module",
}

func moodleItem(n *node, d *draft) {
	d.typ = n.attr("type")
	if d.typ == "category" {
		d.passage = true
		return
	}
	d.title = d.plain(fromHTML(n.path("name", "text").raw(), new(lossCount)))
	d.ident = n.child("idnumber").value()
	read := moodleKinds[d.typ]
	switch {
	case read != nil:
	case d.typ == "description":
		d.refuse("It is a text without a question", "put it into a lesson")
		return
	case moodleOthers[d.typ] != "":
		d.refuse(noPlace, moodleOthers[d.typ])
		return
	default:
		d.refuse("The type “"+clip(d.typ, 40)+"” is not known here", "our kinds are listed in the description of the format")
		return
	}
	d.q.Prompt = d.moodleText(n.child("questiontext"))
	d.q.Rationale = d.moodleText(n.child("generalfeedback"))
	if img := n.child("image"); img.value() != "" || n.child("image_base64") != nil {
		d.lost[lostImage]++
	}
	read(n, d)
	d.moodleExtras(n)
}

// moodleText is a text with its format.
func (d *draft) moodleText(n *node) string {
	if n == nil {
		return ""
	}
	text := n.child("text")
	if text == nil { // of the oldest files
		text = n
	}
	switch n.attr("format") {
	case "plain_text":
		return d.plain(text.raw())
	case "moodle_auto_format":
		d.paragraphs(text.raw())
	case "markdown":
		d.paragraphs(text.raw())
		if s := text.raw(); strings.ContainsAny(s, "*_#`") {
			d.note(Altered, "Marks of Markdown are left as they are", "questions are plain text")
		}
	}
	if len(text.find("p", "div", "span", "b", "i", "br")) > 0 { // tags that nobody escaped
		return text.paragraph(&d.lost, nil)
	}
	return d.html(text.raw())
}

// moodleExtras notes what is about a question and has no place here, and reads
// the tags that our exports write.
func (d *draft) moodleExtras(n *node) {
	for _, f := range []struct{ name, what string }{{"correctfeedback", "right"}, {"partiallycorrectfeedback", "partly right"}, {"incorrectfeedback", "wrong"}} {
		if text := fromHTML(n.path(f.name, "text").raw(), new(lossCount)); text != "" && !slices.Contains(moodleDefaults, text) {
			d.note(Lost, "The feedback for any "+f.what+" answer is left out", "here each option has its own")
		}
	}
	if hints := n.all("hint"); len(hints) > 0 && hints[0].path("text").value() != "" {
		d.note(Lost, "Hints are left out", "a question here is answered once")
	}
	var tags []string
	for _, t := range n.child("tags").all("tag") {
		tags = append(tags, t.child("text").value())
	}
	d.tags(tags)
}

// moodleDefaults are the texts that Moodle itself gives to new questions.
var moodleDefaults = []string{"Your answer is correct.", "Your answer is partially correct.", "Your answer is incorrect."}

// tags reads what our exports write as tags; others are noted.
func (d *draft) tags(tags []string) {
	others := 0
	for _, t := range tags {
		kind, id, ours := strings.Cut(t, ":")
		if ours = ours && validID.MatchString(id); !ours {
			others++
			continue
		}
		switch kind {
		case "objective":
			d.q.Objectives = appendNew(d.q.Objectives, id)
		case "fact":
			d.q.Facts = appendNew(d.q.Facts, id)
		case "case":
			d.q.Case = id
		case "jurisdiction":
			d.q.Jurisdiction = id
		default:
			others++
		}
	}
	if others > 0 {
		d.note(Lost, counted(others, "tag")+" left out", "questions here have objectives instead")
	}
}

// searched is how long a list is that something new is looked for in: a question with
// more names than that is refused, twice or not.
const searched = 100

func appendNew(list []string, s string) []string {
	if len(list) <= searched && slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// isYes reads how Moodle has written a switch over the years; absent, it is on.
func isYes(s string) bool {
	switch strings.ToLower(s) {
	case "", "1", "true", "yes":
		return true
	}
	return false
}
