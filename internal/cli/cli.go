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
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
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
		Check     courseCheck  `cmd:"" help:"Check a course folder; name file, line and remedy of every mistake."`
		Import    courseImport `cmd:"" help:"Store a course folder as a draft, or publish it."`
		Export    courseExport `cmd:"" help:"Write the newest edition, another or the draft to a folder, byte for byte."`
		Questions struct {
			Check questionsCheck `cmd:"" help:"Say what an import would make of each question of a file; it needs no database."`
		} `cmd:"" help:"Questions of other systems."`
	} `cmd:"" help:"Courses as folders."`
	User struct {
		Create userCreate `cmd:"" help:"Create an account, such as the first administrator; the password is asked for, or read from standard input."`
	} `cmd:"" help:"Accounts."`
	Order struct {
		Refund orderRefund `cmd:"" help:"Send the whole amount of an order back; its enrollment ends."`
	} `cmd:"" help:"Orders."`
	Certificate struct {
		Verify certificateVerify `cmd:"" help:"Say what a certificate's file proves, without network or database."`
	} `cmd:"" help:"Certificates."`
	Key struct {
		List     keyList     `cmd:"" help:"List the signing keys: purpose, age, which sign, which are not trusted."`
		Distrust keyDistrust `cmd:"" help:"Say for good that a key is compromised: nothing that it signed after a time is trusted, and a fresh one signs in its place."`
		Rotate   keyRotate   `cmd:"" help:"Sign sessions, Open Badges or PDF files with a fresh key from now on; what the old one signed stays valid."`
	} `cmd:"" help:"Signing keys."`
	Backup  backupCommand  `cmd:"" help:"Write a consistent copy of the SQLite database while the server runs."`
	Restore restoreCommand `cmd:"" help:"Put a backup in the place of the SQLite database."`
	Doctor  doctorCommand  `cmd:"" help:"Check settings, database, keys, audit chain, certificates and jobs."`
	Config  configCommand  `cmd:"" help:"List every setting."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// Run runs one command and returns its exit code.
func Run(e Environment) int {
	ctx := e.Context
	if ctx == nil {
		var stop context.CancelFunc
		ctx, stop = signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
		defer stop()
	}
	out := &heard{Writer: e.Out}
	e.Out, e.Err = out, &shared{Writer: e.Err}
	code := run(ctx, &e)
	if code == exitOK && out.err != nil {
		fmt.Fprintln(e.Err, "cocare: the result could not be written:", out.err)
		return exitFailed
	}
	return code
}

// heard remembers that what a command said did not arrive.
type heard struct {
	io.Writer
	err error
}

func (h *heard) Write(p []byte) (int, error) {
	n, err := h.Writer.Write(p)
	if err != nil {
		h.err = err
	}
	return n, err
}

func run(ctx context.Context, e *Environment) int {
	exit := -1
	parser, err := kong.New(&commands{}, kong.Name("cocare"),
		kong.Description("A continuing-education platform: courses, exams and certificates in one binary.\n\nExit codes: 0 done, 1 failed, 2 wrong call or settings, 3 what was checked is not in order."),
		kong.Writers(e.Out, e.Err), kong.Exit(func(code int) { exit = code }),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(e))
	if err != nil {
		fmt.Fprintln(e.Err, "cocare:", err)
		return exitFailed
	}
	call, err := parser.Parse(asked(e.Args))
	if exit >= 0 { // --help
		return exit
	}
	if err != nil {
		return e.report(usage("%v\nSee: %s --help", err, meant(err)))
	}
	return e.report(call.Run())
}

// asked reads the ways in which people ask for help: nothing at all, help, and help
// COMMAND.
func asked(args []string) []string {
	switch {
	case len(args) == 0:
		return []string{"--help"}
	case args[0] == "help":
		return append(slices.Clone(args[1:]), "--help")
	}
	return args
}

// meant is the command that a wrong call was of, as far as it was understood.
func meant(err error) string {
	words := []string{"cocare"}
	if wrong, ok := errors.AsType[*kong.ParseError](err); ok {
		for _, p := range wrong.Context.Path {
			if p.Command != nil {
				words = append(words, p.Command.Name)
			}
		}
	}
	return strings.Join(words, " ")
}

// printJSON is what --json prints.
func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// plural counts things in words.
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
