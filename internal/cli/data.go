package cli

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/db"
)

// store is where a command finds its data.
type store struct {
	Data string `help:"Folder of the SQLite database (COCARE_DATA_DIR, default ./data)." placeholder:"DIR"`
}

// settings reads what a tool needs.
func (s store) settings(e *Environment) (*config.Config, error) {
	return load(config.Tool, e, "", s.Data)
}

// openApp wires the services for a tool; the caller closes the App.
func (s store) openApp(ctx context.Context, e *Environment) (*app.App, error) {
	c, err := s.settings(e)
	if err != nil {
		return nil, err
	}
	return app.NewTool(ctx, app.Options{Config: c, Log: logger(e, c)})
}

// acting makes the command line the actor of what a command does; every one that
// changes something begins with it.
func acting(ctx context.Context) context.Context {
	return audit.WithActor(ctx, audit.Actor{PersonID: audit.CommandLine, UserAgent: "cocare, on the server"})
}

// migrateCommand brings the schema up to date.
type migrateCommand struct {
	store
	JSON bool `help:"Print JSON."`
}

// Run implements the command.
func (m *migrateCommand) Run(ctx context.Context, e *Environment) error {
	c, err := m.settings(e)
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, app.DatabaseConfig(c))
	if err != nil {
		return err
	}
	defer d.Close()
	migrating, end := metered(ctx, e)
	n, err := d.Migrate(migrating)
	end()
	if err != nil {
		return err
	}
	if m.JSON {
		return printJSON(e.Out, map[string]any{"applied": n})
	}
	if n == 0 {
		fmt.Fprintln(e.Out, "The schema is up to date.")
		return nil
	}
	fmt.Fprintf(e.Out, "The schema is up to date; %d steps were applied.\n", n)
	return nil
}

// configCommand lists the settings.
type configCommand struct{}

// Run implements the command.
func (configCommand) Run(e *Environment) error {
	fmt.Fprintln(e.Out, config.Markdown())
	return nil
}

// versionCommand prints the version.
type versionCommand struct {
	JSON bool `help:"Print JSON."`
}

// Run implements the command.
func (v *versionCommand) Run(e *Environment) error {
	out := struct {
		Version, Revision, Go string
	}{Version: "devel"}
	if info, ok := debug.ReadBuildInfo(); ok {
		out.Go = info.GoVersion
		if info.Main.Version != "" {
			out.Version = info.Main.Version
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				out.Revision = s.Value
			}
		}
	}
	if v.JSON {
		return printJSON(e.Out, out)
	}
	fmt.Fprintf(e.Out, "cocare %s %s %s\n", out.Version, out.Revision, out.Go)
	return nil
}
