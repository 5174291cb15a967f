package pdf_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/atmacena/cocare/internal/certificate/pdf"
	"github.com/atmacena/cocare/internal/testneed"
)

// tool runs a program on a file.
func tool(t *testing.T, program string, args ...string) string {
	t.Helper()
	testneed.Command(t, testneed.PDF, program)
	cmd := exec.Command(program, args...) // #nosec G204 -- the tests' own arguments
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s\n%s", program, args, err, complaints.String(), out)
	}
	return string(out)
}

// samples renders every name in both sizes, and crowded pages, into files.
func samples(t *testing.T, check func(t *testing.T, path string, f pdf.Facts)) {
	facts := []pdf.Facts{crowded(1), crowded(3), crowded(12), signed(sample(names[0])), signed(crowded(1))}
	for _, n := range names {
		facts = append(facts, sample(n))
	}
	for i, f := range facts {
		for _, f.Size = range []pdf.Size{pdf.Letter, pdf.A4} {
			t.Run(fmt.Sprint(i, f.HolderName, f.Size), func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "c.pdf")
				if err := os.WriteFile(path, render(t, f), 0o600); err != nil {
					t.Fatal(err)
				}
				check(t, path, f)
			})
		}
	}
}

func TestQPDF(t *testing.T) {
	samples(t, func(t *testing.T, path string, _ pdf.Facts) {
		if out := tool(t, "qpdf", "--check", path); !strings.Contains(out, "No syntax or stream encoding errors found") {
			t.Error(out)
		}
	})
}

// TestTextReadsBack: what a screen reader or a search finds is what was printed,
// in the order of reading.
func TestTextReadsBack(t *testing.T) {
	controls := strings.NewReplacer("\u202a", "", "\u202b", "", "\u202c", "", "\n", " ")
	samples(t, func(t *testing.T, path string, f pdf.Facts) {
		out := controls.Replace(tool(t, "pdftotext", path, "-"))
		out = strings.Join(strings.Fields(out), " ")
		want := []string{
			f.HolderName, f.Number, f.Title, f.VerifyURL, "November 3, 2026", "Issued November 5, 2026",
			f.Provider, f.Signatory.Name, f.EditionHash, f.Statements[0],
		}
		for _, c := range f.CreditLines {
			want = append(want, c.Accreditor+": "+c.Hours, strings.TrimSpace(c.Statement))
		}
		for _, w := range want {
			if !strings.Contains(out, norm.NFC.String(w)) {
				t.Errorf("%q is not in:\n%s", w, out)
			}
		}
	})
}

func TestPoppler(t *testing.T) {
	samples(t, func(t *testing.T, path string, f pdf.Facts) {
		info := tool(t, "pdfinfo", path)
		size := "792 x 612 pts (letter)"
		if f.Size == pdf.A4 {
			size = "841.89 x 595.276 pts (A4)"
		}
		for _, want := range []string{"Tagged: +yes", "PDF version: +1.7", "Encrypted: +no", regexp.QuoteMeta(size)} {
			if !regexp.MustCompile(want).MatchString(info) {
				t.Errorf("%s is not in\n%s", want, info)
			}
		}
		rows := strings.Split(strings.TrimSpace(tool(t, "pdffonts", path)), "\n")[2:]
		for _, row := range rows {
			if !regexp.MustCompile(`CID TrueType +Identity-H +yes yes yes`).MatchString(row) {
				t.Errorf("font %s", row)
			}
		}
		if len(rows) < 3 {
			t.Errorf("%d fonts", len(rows))
		}
		pictures := strings.Count(tool(t, "pdfimages", "-list", path), "\n") - 2 // below a head of two lines
		if want := map[bool]int{true: 1}[f.Signatory.Signature != nil]; pictures != want {
			t.Errorf("%d pictures, want %d", pictures, want)
		}
		tree := tool(t, "pdfinfo", "-struct", path)
		for _, want := range []string{"Document", "H1", "Figure", "Link"} {
			if !strings.Contains(tree, want) {
				t.Errorf("%s is not in\n%s", want, tree)
			}
		}
	})
}

func TestCodeReadsBack(t *testing.T) {
	for i, url := range []string{
		"https://ce.example.org/verify/" + number,
		"https://continuing-education.institute-with-a-long-name.example.org/verify/" + number,
	} {
		f := sample("Anna Nowak")
		f.Size, f.VerifyURL = pdf.Size(i), url
		path := filepath.Join(t.TempDir(), "c.pdf")
		if err := os.WriteFile(path, render(t, f), 0o600); err != nil {
			t.Fatal(err)
		}
		tool(t, "pdftoppm", "-r", "150", "-png", "-singlefile", path, strings.TrimSuffix(path, ".pdf"))
		out := tool(t, "zbarimg", "--quiet", "--raw", strings.TrimSuffix(path, ".pdf")+".png")
		if strings.TrimSpace(out) != url {
			t.Errorf("the code says %q", out)
		}
	}
}
