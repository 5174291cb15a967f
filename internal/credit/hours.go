package credit

import (
	"regexp"
	"strconv"
	"strings"
)

var hoursForm = regexp.MustCompile(`^(\d{1,4}([.,]\d{0,2})?|[.,]\d{1,2})$`)

// ParseHours reads hours as people write them; nothing is 0. false for what is no
// number with at most two digits behind the point.
func ParseHours(text string) (centihours int64, ok bool) {
	if text == "" {
		return 0, true
	}
	if !hoursForm.MatchString(text) {
		return 0, false
	}
	whole, rest, _ := strings.Cut(strings.ReplaceAll(text, ",", "."), ".")
	n, err := strconv.ParseInt(whole+(rest + "00")[:2], 10, 64)
	return n, err == nil
}
