package checkout_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/static"
	"github.com/atmacena/cocare/templates"
)

// TestMain fails a whole run that leaves a template of this area unseen.
func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 && flag.Lookup("test.run").Value.String() == "" {
		code = unseen()
	}
	os.Exit(code)
}

func unseen() (code int) {
	assets, err := kit.NewAssets(static.FS, "")
	if err != nil {
		fmt.Println(err)
		return 1
	}
	r, err := kit.NewRenderer(kit.Options{Templates: ownPages{templates.FS}, Assets: assets, Site: func() kit.Site { return kit.Site{} }})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	for _, name := range r.Unexecuted() {
		if strings.HasPrefix(name, "pages/checkout/") || slices.Contains([]string{"partials/order-state", "partials/order-word", "partials/certificate-choice"}, name) {
			fmt.Println("no test runs the template", name)
			code = 1
		}
	}
	return code
}
