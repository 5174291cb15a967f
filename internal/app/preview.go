package app

import (
	"context"

	"github.com/atmacena/cocare/internal/certificate/pdf"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/credit/count"
)

// previewCount answers whether an edition, or a draft, would count for a license if
// it were taken today.
func (a *App) previewCount(ctx context.Context, ed *course.Edition, q count.Question) (count.Answer, error) {
	today := a.Accreditation.Today()
	m := ed.Measures(today)
	lines, _, err := a.Accreditation.Lines(ctx, ed.CourseID, today, m)
	if err != nil {
		return count.Answer{}, err
	}
	answers, err := a.Accreditation.Counts(ctx, lines, m, 0, q)
	if err != nil || len(answers) == 0 {
		return count.Answer{}, err
	}
	return answers[0], nil
}

// sampleCertificate prints what a certificate of an edition would look like today.
func (a *App) sampleCertificate(ctx context.Context, ed *course.Edition) ([]byte, error) {
	facts, err := a.sampleFacts(ctx, ed)
	if err != nil {
		return nil, err
	}
	return pdf.Render(facts, pdf.Options{})
}

// sampleFacts are what it says, with the credit that the course would earn.
func (a *App) sampleFacts(ctx context.Context, ed *course.Edition) (pdf.Facts, error) {
	today := a.Accreditation.Today()
	lines, _, err := a.Accreditation.Lines(ctx, ed.CourseID, today, ed.Measures(today))
	if err != nil {
		return pdf.Facts{}, err
	}
	return a.Certificates.Sample(ed, creditLines(lines), today), nil
}
