package admin_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
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
	r, err := newRenderer(time.Now)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	for _, name := range r.Unexecuted() {
		for _, prefix := range []string{"pages/admin/", "partials/admin-", "partials/enrollment-", "partials/audit-"} {
			if strings.HasPrefix(name, prefix) {
				fmt.Println("no test runs the template", name)
				code = 1
			}
		}
	}
	return code
}
