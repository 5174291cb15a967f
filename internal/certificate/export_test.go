package certificate

import "github.com/atmacena/cocare/internal/certificate/pdf"

// Print makes the file of facts without its signature and its credential.
func Print(f Facts) ([]byte, error) {
	printed, err := f.printed()
	if err != nil {
		return nil, err
	}
	return pdf.Render(printed, pdf.Options{})
}
