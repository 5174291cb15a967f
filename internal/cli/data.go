package cli

import (
	"cmp"
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

// openCourses is openApp for what touches courses alone: nothing is signed, so
// no master key is asked for.
func (s store) openCourses(ctx context.Context, e *Environment) (*app.App, error) {
	c, err := s.settings(e)
	if err != nil {
		return nil, err
	}
	return app.NewCourses(ctx, app.Options{Config: c, Log: logger(e, c)})
}

// acting makes the command line the actor of what a command does; every one that
// changes something begins with it.
func acting(ctx context.Context) context.Context {
	return audit.WithActor(ctx, audit.Actor{PersonID: audit.CommandLine, UserAgent: "cocare, on the server"})
}

type migratedView struct {
	Applied int `json:"applied"`
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
		return printJSON(e.Out, migratedView{n})
	}
	if n == 0 {
		fmt.Fprintln(e.Out, "The schema is up to date.")
		return nil
	}
	fmt.Fprintf(e.Out, "The schema is up to date; applied %s.\n", plural(n, "step"))
	return nil
}

// configCommand lists the settings.
type configCommand struct {
	JSON bool `help:"Print JSON."`
}

// settingView is a setting as --json prints it.
type settingView struct {
	Name     string `json:"name"`
	Default  string `json:"default"`
	Form     string `json:"form"`
	Meaning  string `json:"meaning"`
	Required bool   `json:"required_by_serve"`
	Secret   bool   `json:"secret"` // NAME_FILE is accepted as well
}

// Run implements the command.
func (c *configCommand) Run(e *Environment) error {
	if !c.JSON {
		fmt.Fprintln(e.Out, config.Markdown())
		return nil
	}
	var views []settingView
	for _, v := range config.Describe() {
		views = append(views, settingView{v.Name, v.Default, v.Form, v.Doc, v.Needed, v.Secret})
	}
	return printJSON(e.Out, views)
}

// revision is the commit that a build without version control is made from; see
// the Dockerfile and the Makefile.
var revision string

// versionCommand prints the version.
type versionCommand struct {
	JSON bool `help:"Print JSON."`
}

type versionView struct {
	Version  string `json:"version"`
	Revision string `json:"revision"`
	Go       string `json:"go"`
}

// Run implements the command.
func (v *versionCommand) Run(e *Environment) error {
	out := versionView{Version: "devel", Revision: revision}
	if info, ok := debug.ReadBuildInfo(); ok {
		out.Go = info.GoVersion
		if info.Main.Version != "" {
			out.Version = info.Main.Version
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && out.Revision == "" {
				out.Revision = s.Value
			}
		}
	}
	if v.JSON {
		return printJSON(e.Out, out)
	}
	fmt.Fprintf(e.Out, "cocare %s %s %s\n", out.Version, cmp.Or(out.Revision, "(unknown revision)"), out.Go)
	return nil
}
