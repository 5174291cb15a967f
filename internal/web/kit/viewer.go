package kit

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// Role is a set of people; sets join with |. A route names the set that may
// use it, a viewer carries the roles that the person holds.
type Role uint16

// Anyone and SignedIn are for routes; the others are roles that a person holds.
const (
	Anyone        Role = 1 << iota // with or without an account
	SignedIn                       // every account
	Therapist                      // learner
	Instructor                     // writes and grades
	Administrator                  // runs the organization
	Guest                          // accreditor guest: reads, ends on a date
)

var roleNames = []struct {
	role Role
	name string
}{
	{Anyone, "anyone"}, {SignedIn, "signed in"}, {Therapist, "therapist"},
	{Instructor, "instructor"}, {Administrator, "administrator"}, {Guest, "guest"},
}

// ParseRole returns the role that a person holds by its stored name.
func ParseRole(name string) (Role, error) {
	for _, r := range roleNames[2:] {
		if r.name == name {
			return r.role, nil
		}
	}
	return 0, fmt.Errorf("unknown role %q", name)
}

func (r Role) String() string {
	var names []string
	for _, n := range roleNames {
		if r&n.role != 0 {
			names = append(names, n.name)
		}
	}
	return strings.Join(names, ", ")
}

// Allows reports whether v may use what is open to r. v is nil for a visitor.
func (r Role) Allows(v *Viewer) bool {
	return r&Anyone != 0 || (v != nil && (r&SignedIn != 0 || r&v.Roles != 0))
}

// Viewer is the signed-in person whom a page is made for.
type Viewer struct {
	PersonID, Name, Email string
	Roles                 Role
	Zone                  *time.Location // nil means the site's zone
	SessionID             string
	Confirmed             bool      // the mail address is confirmed
	FactorAt              time.Time // last second factor; zero if none in this session
	// What the viewer may do with the course of a page for its authors.
	CourseComment, CourseSign, CourseWrite bool
}

// Mark is what this person's things in a shared browser are told by. It does not
// say who it is.
func (v *Viewer) Mark() string {
	sum := sha256.Sum256([]byte("a person's own things in a browser: " + v.PersonID))
	return base64.RawURLEncoding.EncodeToString(sum[:6])
}

// Is reports whether the viewer holds one of the named roles; templates ask
// {{if .Viewer.Is "administrator"}}. It is false for a visitor.
func (v *Viewer) Is(names ...string) bool {
	for _, name := range names {
		if r, err := ParseRole(name); err == nil && v != nil && v.Roles&r != 0 {
			return true
		}
	}
	return false
}

const viewerKey = "kit.viewer"

// SetViewer tells the kit who is asking. The session middleware calls it.
func SetViewer(c echo.Context, v *Viewer) { c.Set(viewerKey, v) }

// ViewerOf returns who is asking, nil for a visitor.
func ViewerOf(c echo.Context) *Viewer {
	v, _ := c.Get(viewerKey).(*Viewer)
	return v
}
