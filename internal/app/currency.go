package app

import (
	"context"
	"fmt"
	"strings"
)

// PriceWarnings says what cannot be bought although it is published: courses in
// another currency than the site's, and all that cost money once the setting
// left the currency of the first order.
func (a *App) PriceWarnings(ctx context.Context) (warnings []string, err error) {
	sells := a.Config.ProviderCurrency
	fixed, err := a.Payments.FixedCurrency(ctx)
	if err != nil {
		return nil, err
	}
	if fixed != "" && fixed != sells {
		warnings = append(warnings, fmt.Sprintf("COCARE_PROVIDER_CURRENCY is %s, but the first order fixed %s: nothing can be bought; set it to %s", sells, fixed, fixed))
	}
	list, err := a.Courses.List(ctx)
	if err != nil {
		return nil, err
	}
	var other []string
	for _, ed := range list {
		if c := ed.Course.Card; c.PriceCents > 0 && c.Currency != sells {
			other = append(other, fmt.Sprintf("%s (%s)", ed.Slug, c.Currency))
		}
	}
	if len(other) > 0 {
		warnings = append(warnings, fmt.Sprintf("COCARE_PROVIDER_CURRENCY is %s, so these courses cannot be bought: %s", sells, strings.Join(other, ", ")))
	}
	return warnings, nil
}
