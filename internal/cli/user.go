package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"

	"github.com/atmacena/cocare/internal/account"
)

// userCreate makes an account with a confirmed address.
type userCreate struct {
	store
	Email    string   `required:"" help:"Address to sign in with."`
	Name     string   `required:"" help:"Full name."`
	Role     []string `required:"" help:"therapist, instructor or administrator; more than once for more roles."`
	TimeZone string   `help:"One of the zones that the profile page offers, such as America/New_York." default:"UTC"`
	JSON     bool     `help:"Print JSON."`
}

type createdView struct {
	Email string   `json:"email"`
	Name  string   `json:"name"`
	Roles []string `json:"roles"`
}

// Run implements the command. The password comes from the terminal, unseen, or
// from standard input, never from a flag that the process list would show.
func (u *userCreate) Run(ctx context.Context, e *Environment) (err error) {
	ctx = acting(ctx)
	a, err := u.openApp(ctx, e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	password, err := readPassword(e)
	if err != nil {
		return err
	}
	n := account.NewPerson{Email: u.Email, Name: u.Name, Password: password, TimeZone: u.TimeZone}
	u.Role = slices.Compact(slices.Sorted(slices.Values(u.Role)))
	for _, r := range u.Role {
		n.Roles = append(n.Roles, account.Role(r))
	}
	p, err := a.Accounts.Create(ctx, n)
	if err != nil {
		return err
	}
	if u.JSON {
		return printJSON(e.Out, createdView{p.Email, p.Name, u.Role})
	}
	fmt.Fprintf(e.Out, "Created %s <%s>, %s.\n", p.Name, p.Email, strings.Join(u.Role, ", "))
	if p.Has(account.Administrator) {
		fmt.Fprintln(e.Out, "At the first sign-in the server asks for a second factor.")
	}
	return nil
}

func readPassword(e *Environment) (string, error) {
	if f, ok := e.In.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return askTwice(e.Err, func() (string, error) {
			secret, err := term.ReadPassword(int(f.Fd()))
			return string(secret), err
		})
	}
	line, err := bufio.NewReader(io.LimitReader(e.In, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", errNoPassword
	}
	if !utf8.ValidString(line) {
		return "", usageError("the password is no UTF-8 text, so nobody could type it into a browser")
	}
	return line, nil
}

const errNoPassword = usageError("no password was given; type it, or send it as the first line of standard input")

// askTwice takes a password that nobody sees typed, so a slip would lock out.
func askTwice(w io.Writer, read func() (string, error)) (string, error) {
	ask := func(prompt string) (string, error) {
		fmt.Fprint(w, prompt)
		secret, err := read()
		fmt.Fprintln(w)
		return secret, err
	}
	first, err := ask("Password (at least 12 characters): ")
	if err != nil {
		return "", err
	}
	if first == "" {
		return "", errNoPassword
	}
	second, err := ask("The same once more: ")
	if err == nil && second != first {
		err = usageError("the two passwords differ; nothing was done")
	}
	return first, err
}
