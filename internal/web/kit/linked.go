package kit

// linkedError is an error whose page leads on.
type linkedError struct {
	error
	link Link
}

func (e *linkedError) Unwrap() error { return e.error }

// WithLink gives the page of an error a link to where the reader can go on, such as to
// the thing that was not as they had seen it. It changes nothing else; nil stays nil.
func WithLink(err error, label, href string) error {
	if err == nil {
		return nil
	}
	return &linkedError{err, Link{Label: label, Href: href}}
}
