package cli

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"runtime/debug"
	"strings"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/demo"
)

// demoMemory is the soft limit of what the Go runtime of a demonstration holds,
// in bytes; its live heap is about half.
const demoMemory = 40 << 20

// demoCommand runs the demonstration.
type demoCommand struct {
	Addr string `help:"Loopback address to listen on (default 127.0.0.1:8080)." placeholder:"HOST:PORT"`
	Data string `help:"Folder that the demonstration keeps its data in." default:"./demo-data" placeholder:"DIR"`
}

// Run implements the command.
func (d *demoCommand) Run(ctx context.Context, e *Environment) error {
	c, ln, err := listen(ctx, config.Demo, e, d.Addr, d.Data)
	if err != nil {
		return err
	}
	defer ln.Close()
	c.BaseURL = demoURL(c.Addr, ln.Addr())
	release, err := db.Serve(ctx, app.DatabaseConfig(c))
	if err != nil {
		return err
	}
	defer release()
	seeding, end := metered(ctx, e)
	err = demo.Seed(seeding, c, logger(e, c))
	end()
	if err != nil {
		return err
	}
	// It shares somebody's own machine: rather collect garbage than grow. What
	// GOMEMLIMIT says stands.
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(demoMemory)
	}
	return runServer(ctx, e, c, ln, func(*app.App) {
		fmt.Fprintf(e.Out, "ready %s\n\n%s", c.BaseURL, demo.Accounts)
	})
}

// demoURL is where the demonstration answers: under the name that was asked for,
// because browsers allow passkeys at localhost and not at its number, and at the
// port that was taken.
func demoURL(asked string, taken net.Addr) string {
	host, port, err := net.SplitHostPort(taken.String())
	if name, _, e := net.SplitHostPort(asked); err == nil && e == nil && strings.EqualFold(name, "localhost") {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// serveCommand runs the server.
type serveCommand struct {
	Addr string `help:"Address to listen on (COCARE_ADDR, default 127.0.0.1:8080)." placeholder:"HOST:PORT"`
	Data string `help:"Folder of the SQLite database (COCARE_DATA_DIR, default ./data)." placeholder:"DIR"`
}

// Run implements the command.
func (s *serveCommand) Run(ctx context.Context, e *Environment) error {
	c, ln, err := listen(ctx, config.Serve, e, s.Addr, s.Data)
	if err != nil {
		return err
	}
	defer ln.Close()
	where := app.DatabaseConfig(c)
	where.Existing = true
	release, err := db.Serve(ctx, where)
	if err != nil {
		return err
	}
	defer release()
	return runServer(ctx, e, c, ln, func(*app.App) {
		fmt.Fprintf(e.Out, "ready http://%s\n", ln.Addr())
	})
}

// listen reads the settings and takes the port, so that a wrong setting or a
// taken port is said before anything is opened.
func listen(ctx context.Context, mode config.Mode, e *Environment, addr, data string) (*config.Config, net.Listener, error) {
	c, err := load(mode, e, addr, data)
	if err != nil {
		return nil, nil, err
	}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Addr)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot listen on %s: %w; choose another with --addr", c.Addr, err)
	}
	return c, ln, nil
}

// load reads the settings; flags win. It says on standard error what the
// operator should know: a misspelled name takes effect nowhere.
func load(mode config.Mode, e *Environment, addr, data string) (*config.Config, error) {
	c, err := config.Load(mode, e.Environ, func(c *config.Config) {
		if addr != "" {
			c.Addr = addr
		}
		if data != "" {
			c.DataDir = data
		}
		if mode == config.Demo {
			demo.Configure(c, e.Environ)
		}
	})
	if err != nil {
		return nil, err
	}
	if data != "" && c.DatabaseURL != "" {
		return nil, usage("the data is in PostgreSQL (COCARE_DATABASE_URL), so --data means nothing; leave one of the two out")
	}
	for _, w := range c.Warnings() {
		if mode == config.Serve { // whose standard error is a log
			logger(e, c).Warn(w)
		} else {
			fmt.Fprintln(e.Err, "cocare: warning:", w)
		}
	}
	return c, nil
}

// runServer serves until ctx ends. ready runs when requests are answered.
func runServer(ctx context.Context, e *Environment, c *config.Config, ln net.Listener, ready func(*app.App)) error {
	log, flush := serverLogger(e, c)
	defer flush()
	a, err := app.New(ctx, app.Options{Config: c, Log: log})
	if err != nil {
		return err
	}
	err = a.Run(ctx, ln, func() { ready(a) })
	return errors.Join(err, a.Close())
}
