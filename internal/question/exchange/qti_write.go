package exchange

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"github.com/atmacena/cocare/internal/question"
)

// qtiNames are the names of elements and attributes in one version of QTI.
type qtiNames struct{ three bool }

// el is the name of an element.
func (n qtiNames) el(name string) string {
	if n.three {
		return "qti-" + kebab(name)
	}
	return name
}

// at writes attributes, given as names and values in turn.
func (n qtiNames) at(pairs ...string) string {
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		name := pairs[i]
		if n.three {
			name = kebab(name)
		}
		b.WriteString(" " + name + `="` + esc(pairs[i+1]) + `"`)
	}
	return b.String()
}

func kebab(name string) string {
	var b strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// wrap is an element with what is in it.
func (n qtiNames) wrap(name, attrs string, inner ...string) string {
	return "<" + n.el(name) + attrs + ">" + strings.Join(inner, "") + "</" + n.el(name) + ">"
}

func (n qtiNames) namespace() string {
	if n.three {
		return "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
	}
	return "http://www.imsglobal.org/xsd/imsqti_v2p1"
}

// qtiIdent is an ID as an identifier, which begins with a letter or a mark.
func qtiIdent(id string) string {
	if id != "" && id[0] >= '0' && id[0] <= '9' {
		return "_" + id
	}
	return id
}

// qti writes a package: a file for each question, and the manifest.
func (o *writing) qti(title string, qs []question.Question, n qtiNames) {
	o.all(Lost, "Objectives, facts, cases and jurisdictions", "the format has no place for them in a question")
	z := zip.NewWriter(o.w)
	into := func(name, text string) {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil && o.err == nil {
			o.err = err
		}
	}
	var resources strings.Builder
	for i := range qs {
		q := &qs[i]
		name := fmt.Sprintf("items/%05d.xml", i+1)
		into(name, xml.Header+o.qtiItem(q, n))
		kind := "imsqti_item_xmlv2p1"
		if n.three {
			kind = "imsqti_item_xmlv3p0"
		}
		fmt.Fprintf(&resources, "<resource identifier=\"r%05d\" type=\"%s\" href=\"%s\"><file href=\"%s\"/></resource>\n", i+1, kind, name, name)
		o.report.Written++
	}
	into(manifestName, manifest(title, resources.String(), n))
	if err := z.Close(); err != nil && o.err == nil {
		o.err = err
	}
}

func manifest(title, resources string, n qtiNames) string {
	space, schema, version := "http://www.imsglobal.org/xsd/imscp_v1p1", "QTIv2.1 Package", "1.0.0"
	if n.three {
		space, schema, version = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1", "QTI Package", "3.0.0"
	}
	return xml.Header + `<manifest xmlns="` + space + `" identifier="questions">` + "\n<!-- " + strings.ReplaceAll(esc(title), "-", "‐") + " -->\n" +
		"<metadata><schema>" + schema + "</schema><schemaversion>" + version + "</schemaversion></metadata>\n<organizations/>\n<resources>\n" + resources + "</resources>\n</manifest>\n"
}

// qtiParts is an item while it is put together.
type qtiParts struct {
	n                    qtiNames
	cardinality, base    string
	correct              []string
	body, rules, after   string
	feedback             bool // the options have their own
	outcomes, modalNames []string
	points               int
}

func (o *writing) qtiItem(q *question.Question, n qtiNames) string {
	p := &qtiParts{n: n, cardinality: "single", base: "identifier", points: 1}
	switch q.Kind {
	case question.Numeric:
		o.qtiNumber(p, q)
	case question.Ordering:
		p.order(q)
	case question.Matching:
		p.match(q)
	case question.ShortAnswer:
		p.text(q)
	default:
		p.choice(q)
	}
	if q.Rationale != "" {
		p.modal("general", q.Rationale)
	}
	return p.item(q)
}

// item joins the parts.
func (p *qtiParts) item(q *question.Question) string {
	n := p.n
	var b strings.Builder
	b.WriteString("<" + n.el("assessmentItem") + ` xmlns="` + n.namespace() + `"` + n.at("identifier", qtiIdent(q.ID), "title", q.ID, "adaptive", "false", "timeDependent", "false") + ">\n")
	values := ""
	for _, c := range p.correct {
		values += n.wrap("value", "", esc(c))
	}
	if values != "" {
		values = n.wrap("correctResponse", "", values)
	}
	b.WriteString(n.wrap("responseDeclaration", n.at("identifier", "RESPONSE", "cardinality", p.cardinality, "baseType", p.base), values) + "\n")
	b.WriteString("<" + n.el("outcomeDeclaration") + n.at("identifier", "SCORE", "cardinality", "single", "baseType", "float", "normalMaximum", strconv.Itoa(p.points)) + "/>\n")
	rules := p.rules
	if p.feedback {
		b.WriteString("<" + n.el("outcomeDeclaration") + n.at("identifier", "FEEDBACK", "cardinality", p.cardinality, "baseType", p.base) + "/>\n")
		rules += n.wrap("setOutcomeValue", n.at("identifier", "FEEDBACK"), p.variable())
	}
	if len(p.modalNames) > 0 {
		b.WriteString("<" + n.el("outcomeDeclaration") + n.at("identifier", "AFTER", "cardinality", "multiple", "baseType", "identifier") + "/>\n")
		var names []string
		for _, m := range p.modalNames {
			names = append(names, n.wrap("baseValue", n.at("baseType", "identifier"), m))
		}
		rules += n.wrap("setOutcomeValue", n.at("identifier", "AFTER"), n.wrap("multiple", "", names...))
	}
	for _, name := range p.outcomes {
		b.WriteString("<" + n.el("outcomeDeclaration") + n.at("identifier", name, "cardinality", "single", "baseType", "identifier") + "/>\n")
	}
	b.WriteString(n.wrap("itemBody", "", p.body) + "\n")
	if rules != "" {
		b.WriteString(n.wrap("responseProcessing", "", rules) + "\n")
	}
	b.WriteString(p.after + "</" + n.el("assessmentItem") + ">\n")
	return b.String()
}

func (p *qtiParts) variable() string {
	return "<" + p.n.el("variable") + p.n.at("identifier", "RESPONSE") + "/>"
}

// scored gives the point for what a test says.
func (p *qtiParts) scored(test string) {
	n := p.n
	score := func(s string) string {
		return n.wrap("setOutcomeValue", n.at("identifier", "SCORE"), n.wrap("baseValue", n.at("baseType", "float"), s))
	}
	p.rules = n.wrap("responseCondition", "", n.wrap("responseIf", "", test, score("1")), n.wrap("responseElse", "", score("0")))
}

func (p *qtiParts) matchCorrect() {
	p.scored(p.n.wrap("match", "", p.variable(), "<"+p.n.el("correct")+p.n.at("identifier", "RESPONSE")+"/>"))
}

// modal adds a text that is shown after the answer.
func (p *qtiParts) modal(name, text string) {
	p.modalNames = append(p.modalNames, name)
	p.after += p.feedbackAfter("AFTER", name, text)
}

func (p *qtiParts) feedbackAfter(outcome, name, text string) string {
	inner := esc(text)
	if p.n.three {
		inner = p.n.wrap("contentBody", "", "<p>", inner, "</p>")
	}
	return p.n.wrap("modalFeedback", p.n.at("outcomeIdentifier", outcome, "identifier", name, "showHide", "show"), inner) + "\n"
}

// why is the feedback inside something that can be chosen.
func (p *qtiParts) why(id, text string) string {
	if text == "" {
		return ""
	}
	p.feedback = true
	return p.n.wrap("feedbackInline", p.n.at("outcomeIdentifier", "FEEDBACK", "identifier", id, "showHide", "show"), esc(text))
}
