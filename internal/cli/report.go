package cli

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/keyring"
)

// errWrong ends a check that found something; what it found is already said.
var errWrong = errors.New("not in order")

// wrongError is errWrong where the cause is still to be said.
type wrongError struct{ error }

func (w wrongError) Unwrap() error { return w.error }

// usageError ends a call that lacks something, and says what.
type usageError string

func (u usageError) Error() string { return string(u) }

func usage(format string, args ...any) error { return usageError(fmt.Sprintf(format, args...)) }

// failure is what --json prints of a command that failed.
type failure struct {
	Error  string         `json:"error"`
	Fields []failureField `json:"fields,omitempty"`
}

type failureField struct {
	Name  string `json:"name"`
	Error string `json:"error"`
}

// report says what went wrong in the words that are meant for people, on
// standard output too where a script reads JSON there, and picks the exit code.
func (e *Environment) report(err error) int {
	if err == nil {
		return exitOK
	}
	code := exitCode(err)
	if errors.Is(err, errWrong) {
		return code
	}
	f := failure{Error: words(err)}
	for _, field := range apperr.FieldsOf(err) {
		f.Fields = append(f.Fields, failureField{field.Name, field.Msg})
	}
	fmt.Fprintln(e.Err, "cocare:", f.Error)
	for _, field := range f.Fields {
		fmt.Fprintf(e.Err, "  %s: %s\n", field.Name, field.Error)
	}
	if slices.Contains(e.Args, "--json") {
		if err := printJSON(e.Out, f); err != nil {
			return exitFailed
		}
	}
	return code
}

func exitCode(err error) int {
	var settings *config.Error
	var call usageError
	var wrong wrongError
	switch {
	case errors.Is(err, errWrong), errors.As(err, &wrong):
		return exitWrong
	case errors.As(err, &call), errors.As(err, &settings), errors.Is(err, keyring.ErrMasterKey), apperr.Is(err, apperr.Invalid):
		return exitUsage
	}
	return exitFailed
}

// inside are the names of parts of the program that errors begin with.
var inside = regexp.MustCompile(`^(?:(?:account|app|audit|certificate|course|db|demo|enrollment|exam|job|keyring|mail|payment|token|import|publish|restore|session keys|master key): )+`)

// words is what a person reads of an error. The operator may read the cause of
// what does not answer.
func words(err error) string {
	var settings *config.Error
	switch kind := apperr.KindOf(err); {
	case errors.As(err, &settings):
		return settings.Error()
	case errors.Is(err, keyring.ErrMasterKey):
		return inside.ReplaceAllString(keyring.ErrMasterKey.Error(), "")
	case kind == apperr.Internal || kind == apperr.Unavailable:
		return inside.ReplaceAllString(err.Error(), "")
	}
	return apperr.Message(err)
}
