package pdf_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate/pdf"
)

var names = []string{
	"Anna Nowak",
	"Dr. Maximiliane-Friederike von Wolfenstein-Hohenberg zu Aschaffenburg, LMFT",
	"Олександра Шевченко",
	"Ελένη Παπαδοπούλου",
	"王小明",
	"山田 花子",
	"김민수",
	"محمد عبد الله",
	"מרים כהן",
	"Nguyễn Thị Minh Khai",
	"Zoe\u0308 N\u0303an\u0303ez M\u0323a\u0301ire\u0302ad n\u0308",
}

const number = "K7QD-9M2X-4TRB-0HVZ-5"

func sample(name string) pdf.Facts {
	return pdf.Facts{
		Number:          number,
		HolderName:      name,
		Title:           "Antipsychotics for Therapists",
		Subtitle:        "What they do, what they cost the body, and how to talk about them",
		Provider:        "CoCare (demonstration)",
		ProviderAddress: "1 Example Street, Springfield, IL 62701, United States",
		Deed:            "has completed the course",
		When:            "on November 3, 2026",
		IssuedOn:        time.Date(2026, 11, 5, 0, 0, 0, 0, time.UTC),
		Statements:      []string{"Estimated learning time 1.75 h; not accredited", "Demonstration, not clinically reviewed"},
		Format:          "Self-paced text",
		EditionNumber:   1,
		EditionHash:     "SHA-256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
		VerifyURL:       "https://ce.example.org/verify/" + number,
		Signatory:       pdf.Signatory{Name: "Margaret Oyelaran, PhD", Title: "Director of Continuing Education"},
	}
}

// signed is with a signature, a line across a picture with transparent ground.
func signed(f pdf.Facts) pdf.Facts {
	img := image.NewNRGBA(image.Rect(10, 20, 410, 120))
	for x := range 400 {
		img.SetNRGBA(10+x, 30+x/5, color.NRGBA{R: 0x1c, G: 0x2b, B: 0x57, A: 0xff})
	}
	f.Signatory.Signature = pdf.NewPicture(img)
	return f
}

// crowded has more of everything than one certificate should.
func crowded(credits int) pdf.Facts {
	f := sample(names[1])
	f.Title = "An Introduction to Psychopharmacology for Marriage and Family Therapists, Clinical Social Workers and Professional Counselors Who Share the Care of Clients with Severe Mental Illness"
	f.Subtitle = strings.Repeat("Part one of a longer series about shared care ", 4)
	for range credits {
		f.CreditLines = append(f.CreditLines, pdf.CreditLine{
			Accreditor: "Example Board of Continuing Education for Therapists (EBCET)",
			Hours:      "1.75 clock hours",
			Category:   "Ethics",
			Statement: "The provider has been approved by the Example Board as an approved continuing education provider, no. 1234. " +
				"Programs that do not qualify for its credit are clearly identified. The provider is solely responsible for all aspects of the programs.",
		})
	}
	return f
}

func render(t testing.TB, f pdf.Facts) []byte {
	t.Helper()
	b, err := pdf.Render(f, pdf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRenderDeterministic(t *testing.T) {
	for _, n := range names {
		a, b := render(t, sample(n)), render(t, sample(n))
		if !bytes.Equal(a, b) {
			t.Errorf("%s: two renderings differ", n)
		}
	}
	other := sample(names[0])
	other.HolderName = "Anna Nowik"
	if bytes.Equal(render(t, sample(names[0])), render(t, other)) {
		t.Error("another name gives the same bytes")
	}
}

func TestRenderConcurrent(t *testing.T) {
	want := render(t, sample(names[7]))
	done := make(chan bool)
	for range 8 {
		go func() {
			b, err := pdf.Render(sample(names[7]), pdf.Options{})
			done <- err == nil && bytes.Equal(b, want)
		}()
	}
	for range 8 {
		if !<-done {
			t.Error("a rendering beside others differs")
		}
	}
}

func TestRenderRefuses(t *testing.T) {
	for field, change := range map[string]func(*pdf.Facts){
		"number":           func(f *pdf.Facts) { f.Number = " \n" },
		"holder_name":      func(f *pdf.Facts) { f.HolderName = "सीता" },
		"title":            func(f *pdf.Facts) { f.Title = "" },
		"provider":         func(f *pdf.Facts) { f.Provider = "" },
		"verify_url":       func(f *pdf.Facts) { f.VerifyURL = "" },
		"deed":             func(f *pdf.Facts) { f.Deed = "" },
		"when":             func(f *pdf.Facts) { f.When = "" },
		"issued_on":        func(f *pdf.Facts) { f.IssuedOn = time.Time{} },
		"size":             func(f *pdf.Facts) { f.Size = 2 },
		"credit_statement": func(f *pdf.Facts) { f.CreditLines = []pdf.CreditLine{{Statement: "\u202e"}} },
	} {
		f := sample("Anna Nowak")
		change(&f)
		_, err := pdf.Render(f, pdf.Options{})
		var e *apperr.Error
		if !errors.As(err, &e) || e.Kind != apperr.Invalid || len(e.Fields) == 0 || e.Fields[0].Name != field {
			t.Errorf("%s: got %v", field, err)
		}
	}
	f := sample("Anna Nowak")
	f.Title = strings.Repeat("immeasurably long ", 2000)
	if _, err := pdf.Render(f, pdf.Options{}); !errors.Is(err, pdf.ErrTooLong) {
		t.Errorf("an endless title gives %v", err)
	}
	f = sample("Anna Nowak")
	f.VerifyURL += strings.Repeat("x", 5000)
	if _, err := pdf.Render(f, pdf.Options{}); !errors.Is(err, pdf.ErrTooLong) {
		t.Errorf("an endless address gives %v", err)
	}
}

func TestRenderKeepsCallersFacts(t *testing.T) {
	f := sample("Anna Nowak")
	f.Statements[0] = "two\nlines"
	render(t, f)
	if f.Statements[0] != "two\nlines" {
		t.Error("Render changed its caller's slice")
	}
}

func BenchmarkRender(b *testing.B) {
	for _, bm := range []struct{ label, name string }{{"Latin", names[0]}, {"Arabic", names[7]}, {"CJK", names[4]}} {
		b.Run(bm.label, func(b *testing.B) {
			f := sample(bm.name)
			size := len(render(b, f))
			b.ReportAllocs()
			for b.Loop() {
				render(b, f)
			}
			b.ReportMetric(float64(size), "bytes/file")
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "files/s")
		})
	}
}
