// Package e2e walks the whole program as its people do: over HTTP, against a
// seeded demonstration, without scripts and in a real browser.
package e2e

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apptest"
	"github.com/atmacena/cocare/internal/web/kit"
)

// server is shared by the tests of this package; those that change what others
// look at use people of their own.
var server *apptest.Server

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "cocare-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if server, err = apptest.Start(dir); err != nil {
		fmt.Fprintln(os.Stderr, "start the demonstration:", err)
		return 1
	}
	defer server.Stop()
	code := m.Run()
	if code == 0 && flag.Lookup("test.run").Value.String() == "" && !testing.Short() {
		code = everyTemplateRan()
	}
	return code
}

// fleeting pages stand for the moment that background work takes; the tests of
// their area, where that work waits, execute them.
var fleeting = map[string]bool{"pages/certificates/preparing": true}

// everyTemplateRan fails the run when a template was never executed: a page
// that no test opens is a page that nobody looked at.
func everyTemplateRan() int {
	r, ok := server.Handler.(*echo.Echo).Renderer.(*kit.Renderer)
	if !ok {
		fmt.Fprintln(os.Stderr, "the server's renderer is not the kit's")
		return 1
	}
	missed := slices.DeleteFunc(r.Unexecuted(), func(name string) bool { return fleeting[name] })
	for _, name := range missed {
		fmt.Fprintln(os.Stderr, "no test executed the template", name)
	}
	return min(len(missed), 1)
}
