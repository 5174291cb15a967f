package certificate

import (
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/certificate/pdf"
	"github.com/atmacena/cocare/internal/course"
)

// isSample stands first on a sample.
const isSample = "This is a sample. It certifies nothing, has no number, and cannot be verified."

// Sample is what a certificate of an edition, or of a draft, would print with these
// credit lines on a day, as it shows in the provider's zone. It has no number, names
// nobody, and says what it is.
func (s *Service) Sample(ed *course.Edition, lines []CreditLine, today time.Time) pdf.Facts {
	f := Facts{Paper: s.provider.Paper, CreditLines: lines, LearningTime: ed.EstimatedHours().Centihours}
	said := slices.DeleteFunc(statements(f, ed), func(line string) bool { return line == notReviewed }) // which drafts never are
	return pdf.Facts{
		Number: "SAMPLE", HolderName: "Sample, not a person", Deed: "would have completed the course", When: "on " + today.Format("January 2, 2006"), IssuedOn: today,
		Title: ed.Course.Card.Title, Subtitle: ed.Course.Card.Subtitle, Format: ed.Format(), Provider: s.provider.Name, ProviderAddress: s.provider.Address,
		CreditLines: f.creditLines(), Statements: append([]string{isSample}, said...),
		EditionNumber: max(1, ed.Number), VerifyURL: s.provider.BaseURL + "/verify", Size: f.size(),
	}
}
