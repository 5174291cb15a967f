package apperr_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
)

func TestTwoFaces(t *testing.T) {
	cause := errors.New("UNIQUE constraint failed: people.email")
	taken := apperr.New(apperr.Conflict, "This address is taken.")
	err := fmt.Errorf("register: %w", taken.Because(cause))

	if got := apperr.Message(err); got != "This address is taken." {
		t.Errorf("Message = %q", got)
	}
	if !errors.Is(err, taken) || !errors.Is(err, cause) {
		t.Error("a copy must match its sentinel and keep its cause")
	}
	if errors.Unwrap(taken) != nil {
		t.Error("Because changed the sentinel")
	}
}

func TestFieldErrorsAreToldApart(t *testing.T) {
	decide := apperr.InvalidField("certificate", "Say whether it stays valid.")
	if errors.Is(apperr.InvalidField("reason", "Say why."), decide) {
		t.Error("an error of one field matches that of another")
	}
	if !errors.Is(fmt.Errorf("refund: %w", decide), decide) {
		t.Error("a field error does not match itself")
	}
}

func TestUnclassifiedIsNeutral(t *testing.T) {
	err := errors.New("pq: password authentication failed for user cocare")
	if apperr.KindOf(err) != apperr.Internal {
		t.Error("an unclassified error must be Internal")
	}
	if msg := apperr.Message(err); msg != "Something went wrong on our side. Nothing was changed." {
		t.Errorf("driver text reaches people: %q", msg)
	}
}

func TestCheckCollects(t *testing.T) {
	var c apperr.Check
	if c.Err() != nil {
		t.Fatal("an empty check must be nil")
	}
	c.Require(false, "email", "Enter an address.")
	c.Require(true, "name", "Enter a name.")
	c.Field("password", "Use at least %d characters.", 12)
	err := c.Err()
	if !apperr.Is(err, apperr.Invalid) || len(apperr.FieldsOf(err)) != 2 || apperr.FieldsOf(err)[1].Msg != "Use at least 12 characters." {
		t.Errorf("got %v", err)
	}
}
