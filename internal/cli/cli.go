// Package cli is the command line. A command reads flags and settings, calls
// the services and says what happened; it holds no rule of its own.
//
// Exit codes: 0 done; 1 it failed; 2 the call or the settings are wrong; 3 what
// was checked is not in order.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/config"
)

// The exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
	exitWrong  = 3
)

// Environment is everything that a command touches of the process it runs in.
type Environment struct {
	Args, Environ []string
	In            io.Reader
	Out, Err      io.Writer
	// Context ends a server; nil means until the process is told to stop.
	Context context.Context //nolint:containedctx // the one place where a run begins
}

// commands is the whole command line; kong reads it.
type commands struct {
	Demo    demoCommand    `cmd:"" help:"Run the whole product on this machine, with invented people and no real money."`
	Serve   serveCommand   `cmd:"" help:"Run the server for real people."`
	Migrate migrateCommand `cmd:"" help:"Bring the database's schema up to date."`
	Course  struct {
		Check  courseCheck  `cmd:"" help:"Check a course folder; name file, line and remedy of every mistake."`
		Import courseImport `cmd:"" help:"Store a course folder as a draft, or publish it."`
		Export courseExport `cmd:"" help:"Write the newest edition, another or the draft to a folder, byte for byte."`
	} `cmd:"" help:"Courses as folders."`
	User struct {
		Create userCreate `cmd:"" help:"Create an account, such as the first administrator; the password is asked for, or read from standard input."`
	} `cmd:"" help:"Accounts."`
	Order struct {
		Refund orderRefund `cmd:"" help:"Send the whole amount of an order back; its enrollment ends."`
	} `cmd:"" help:"Orders."`
	Certificate struct {
		Verify certificateVerify `cmd:"" help:"Compare a PDF with what was issued."`
	} `cmd:"" help:"Certificates."`
	Key struct {
		List     keyList     `cmd:"" help:"List the signing keys: purpose, age, which sign, which are not trusted."`
		Distrust keyDistrust `cmd:"" help:"Say for good that a key is compromised: nothing that it signed after a time is trusted, and a fresh one signs in its place."`
		Rotate   keyRotate   `cmd:"" help:"Sign sessions with a fresh key from now on; what the old one signed stays valid."`
	} `cmd:"" help:"Signing keys."`
	Backup  backupCommand  `cmd:"" help:"Write a consistent copy of the SQLite database while the server runs."`
	Restore restoreCommand `cmd:"" help:"Put a backup in the place of the SQLite database."`
	Doctor  doctorCommand  `cmd:"" help:"Check settings, database, keys, audit chain, certificates and jobs."`
	Config  configCommand  `cmd:"" help:"List every setting."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// errWrong ends a check that found something; what it found is already said.
var errWrong = errors.New("not in order")

// errUsage ends a call that lacks something; what it lacks is already said.
var errUsage = errors.New("wrong call")

// Run runs one command and returns its exit code.
func Run(e Environment) int {
	ctx := e.Context
	if ctx == nil {
		var stop context.CancelFunc
		ctx, stop = signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
		defer stop()
	}
	e.Err = &shared{Writer: e.Err}
	exit := -1
	parser, err := kong.New(&commands{}, kong.Name("cocare"),
		kong.Description("A continuing-education platform: courses, exams and certificates in one binary.\n\nExit codes: 0 done, 1 failed, 2 wrong call or settings, 3 what was checked is not in order."),
		kong.Writers(e.Out, e.Err), kong.Exit(func(code int) { exit = code }),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(&e))
	if err != nil {
		fmt.Fprintln(e.Err, "cocare:", err)
		return exitFailed
	}
	args := e.Args
	if len(args) == 0 {
		args = []string{"--help"}
	}
	call, err := parser.Parse(args)
	if exit >= 0 { // --help
		return exit
	}
	if err != nil {
		fmt.Fprintf(e.Err, "cocare: %v\nSee: cocare --help\n", err)
		return exitUsage
	}
	return report(e.Err, call.Run())
}

// report says what went wrong in the words that are meant for people, and
// picks the exit code.
func report(w io.Writer, err error) int {
	var settings *config.Error
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errWrong):
		return exitWrong
	case errors.Is(err, errUsage):
		return exitUsage
	case errors.As(err, &settings):
		fmt.Fprintln(w, "cocare:", settings)
		return exitUsage
	}
	if apperr.KindOf(err) == apperr.Internal {
		fmt.Fprintln(w, "cocare:", err)
		return exitFailed
	}
	fmt.Fprintln(w, "cocare:", apperr.Message(err))
	for _, f := range apperr.FieldsOf(err) {
		fmt.Fprintf(w, "  %s: %s\n", f.Name, f.Msg)
	}
	if apperr.Is(err, apperr.Invalid) {
		return exitUsage
	}
	return exitFailed
}

// printJSON is what --json prints.
func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
