package support_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/support"
)

// odd is punctuation that a missing word leaves behind.
var odd = regexp.MustCompile(`[ (][.,]|,[.,]|\.\.|\{|\}|,\n|  | \n|to[.,]`)

func TestPoliciesReadWellWhateverIsSet(t *testing.T) {
	for i, p := range []support.Provider{
		{Name: "Aud CE"},
		{Name: "Aud CE", Address: "1 Example Street\nSpringfield, OR 97477\n"},
		{Name: "Aud CE", Email: "help@example.org"},
		{Name: "Aud CE, Inc.", Email: "help@example.org"},
		{Name: "Aud CE", Address: "1 Example St.", Email: "help@example.org"},
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			w := newWorld(t)
			if err := w.SeedPolicies(t.Context(), p); err != nil {
				t.Fatal(err)
			}
			list, err := w.Policies(t.Context())
			if err != nil || len(list) != len(support.PolicyNames) {
				t.Fatalf("%d policies, %v", len(list), err)
			}
			for _, l := range list {
				if at := odd.FindStringIndex(l.Body); at != nil {
					t.Errorf("%s: …%s…", l.Name, l.Body[max(0, at[0]-40):min(len(l.Body), at[1]+20)])
				}
				if !strings.Contains(l.Body, p.Name) || !strings.Contains(l.Body, p.Email) {
					t.Errorf("%s does not say who answers, or where", l.Name)
				}
			}
		})
	}
}

func TestPublishingTheSameTextIsRefused(t *testing.T) {
	w := newWorld(t)
	if err := w.SeedPolicies(t.Context(), support.Provider{Name: "Aud CE"}); err != nil {
		t.Fatal(err)
	}
	p, err := w.Policy(t.Context(), "terms", 0)
	if err != nil {
		t.Fatal(err)
	}
	body := strings.ReplaceAll(p.Body, "\n", "\r\n") // as a browser sends it
	_, err = w.PublishPolicy(t.Context(), "terms", p.Title, body, "Looked through", "ben", 1)
	if !apperr.Is(err, apperr.Invalid) || apperr.FieldsOf(err)[0].Name != "body" {
		t.Errorf("the same text: %v", err)
	}
	for range 2 { // a second click
		if p, err = w.PublishPolicy(t.Context(), "terms", "Terms", body, "Shorter title", "ben", 1); err != nil || p.Version != 2 {
			t.Errorf("another title: version %d, %v", p.Version, err)
		}
	}
}
