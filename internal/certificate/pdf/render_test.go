package pdf_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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

func sample(name string) pdf.Facts {
	return pdf.Facts{
		Number:          "K7QD-9M2X-4TRB-0HVZ-5",
		HolderName:      name,
		Title:           "Antipsychotics for Therapists",
		Subtitle:        "What they do, what they cost the body, and how to talk about them",
		Provider:        "CoCare (demonstration)",
		ProviderAddress: "1 Example Street, Springfield, IL 62701, United States",
		CompletedOn:     time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC),
		IssuedOn:        time.Date(2026, 11, 5, 0, 0, 0, 0, time.UTC),
		Statements:      []string{"Estimated learning time 1.75 h; not accredited", "Demonstration, not clinically reviewed"},
		Format:          "Self-paced text",
		EditionNumber:   1,
		EditionHash:     "SHA-256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
		VerifyURL:       "https://ce.example.org/verify/K7QD-9M2X-4TRB-0HVZ-5",
		Signatory:       pdf.Signatory{Name: "Margaret Oyelaran, PhD", Title: "Director of Continuing Education"},
	}
}

func TestDump(t *testing.T) {
	dir := os.Getenv("DUMP")
	if dir == "" {
		t.Skip()
	}
	for i, n := range names {
		for s, suffix := range []string{"letter", "a4"} {
			f := sample(n)
			f.Size = pdf.Size(s)
			b, err := pdf.Render(f)
			if err != nil {
				t.Error(n, err)
				continue
			}
			_ = os.WriteFile(filepath.Join(dir, string(rune('a'+i))+"-"+suffix+".pdf"), b, 0o600)
			t.Log(strings.TrimSpace(n), len(b))
		}
	}
}
