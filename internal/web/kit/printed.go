package kit

// Printed is what a certificate would print of its holder, if it were earned now:
// the template "will-print" shows it while there is time to mend it.
type Printed struct {
	Name     string
	Licenses []string
	Back     string // the page that shows it, to which adding a license leads back
}
