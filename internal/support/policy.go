package support

import (
	"context"
	"embed"
	"fmt"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
)

//go:embed policies/*.md
var defaults embed.FS

// Provider fills the policies that come with the program. Name is required.
type Provider struct{ Name, Address, Email string }

// words replaces the placeholders of the policies. Each stands for a whole
// phrase, so that a text reads well whatever of a provider is set.
func (p Provider) words() *strings.Replacer {
	parts := []string{p.Name}
	for line := range strings.Lines(p.Address) {
		if line = strings.Trim(line, " ,\t\r\n"); line != "" {
			parts = append(parts, line)
		}
	}
	party := strings.Join(parts, ", ")
	email := ""
	if p.Email != "" {
		email = ", or write to " + p.Email
	}
	// A name or an address such as "Example CE, Inc." ends a sentence by itself.
	sentence := strings.TrimSuffix(party, ".") + "."
	return strings.NewReplacer("{provider}", p.Name, "{party}.", sentence, "{party}", party, "{or email}", email)
}

// SeedPolicies publishes version 1 of each policy that has none, so that a new
// installation is never without. The words are a start: the provider answers
// for them and publishes its own.
func (s *Service) SeedPolicies(ctx context.Context, p Provider) error {
	fill := p.words()
	for _, name := range PolicyNames {
		text, err := defaults.ReadFile("policies/" + name + ".md")
		if err != nil {
			return fmt.Errorf("support: %w", err)
		}
		title, body, ok := strings.Cut(strings.TrimPrefix(string(text), "# "), "\n")
		if !ok {
			return fmt.Errorf("support: policy %s has no title", name)
		}
		_, err = s.insertPolicy(ctx, Policy{ID: db.NewID(), Name: name, Version: 1, Title: title,
			Body: fill.Replace(strings.TrimSpace(body)) + "\n", Note: "The text that comes with the program.", PublishedAt: s.now()})
		if err != nil {
			return err
		}
	}
	return nil
}

// PublishPolicy publishes the next version, if title or text changed: every
// learner is asked to accept it (errSamePolicy). base is the version that the editor
// saw: if another was published meanwhile, nothing changes and the error says
// so, unless it is this very one, sent twice. It is audited.
func (s *Service) PublishPolicy(ctx context.Context, name, title, body, note, by string, base int) (Policy, error) {
	p := Policy{ID: db.NewID(), Name: name, Version: base + 1, Title: strings.TrimSpace(title),
		Body: strings.ReplaceAll(strings.TrimSpace(body), "\r\n", "\n") + "\n", Note: strings.TrimSpace(note), PublishedBy: &by, PublishedAt: s.now()}
	var c apperr.Check
	c.Text("title", p.Title, 200, "Enter a title.")
	c.Text("body", strings.TrimSuffix(p.Body, "\n"), 50_000, "Enter the text.")
	c.Text("note", p.Note, 500, "Say what changed.")
	if err := c.Err(); err != nil {
		return Policy{}, err
	}
	out := p
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		current, err := s.Policy(ctx, name, 0)
		if err != nil && (base != 0 || !apperr.Is(err, apperr.NotFound)) {
			return err
		}
		fresh := current.Version == base
		if fresh && current.Title == p.Title && current.Body == p.Body {
			return errSamePolicy
		}
		if fresh {
			if fresh, err = s.insertPolicy(ctx, p); err != nil {
				return err
			}
		}
		if !fresh {
			out, err = s.published(ctx, p)
			return err
		}
		return s.audit.Record(ctx, audit.Event{Action: "policy.publish", ObjectKind: "policy", ObjectID: name,
			Details: map[string]any{"version": p.Version, "note": p.Note}})
	})
	return out, err
}

// published returns what stands where p was to be published, if the same person
// published the same there: a second click.
func (s *Service) published(ctx context.Context, p Policy) (Policy, error) {
	there, err := s.Policy(ctx, p.Name, p.Version)
	if err != nil {
		return p, err
	}
	if there.PublishedBy == nil || *there.PublishedBy != *p.PublishedBy || there.Title != p.Title || there.Body != p.Body || there.Note != p.Note {
		return p, errPolicyMoved
	}
	return there, nil
}

var errSamePolicy = apperr.InvalidField("body", "Nothing changed: this is the text in force. A new version would have to be accepted by everybody again.")

var errPolicyMoved = apperr.New(apperr.Conflict, "Somebody published a newer version while you wrote. Open it, compare, and publish again.")
