// Package archtest holds the rules that no compiler checks. It parses the
// sources itself: a test that shells out to the go tool would be answered from
// the test cache while the rule is broken.
package archtest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/atmacena/cocare/"

// root is the repository, seen from this package's folder.
const root = "../.."

// mayImport is the direction of the house. A package not named here fails the
// test, so that it is entered on purpose. Tests may import more (apptest,
// dbtest): only files that ship are held to it.
var mayImport = map[string][]string{
	"cmd/cocare": {"internal/cli"},

	"internal/apperr":       {},
	"internal/reason":       {},
	"internal/yamldoc":      {"internal/apperr", "internal/reason"},
	"internal/question":     {"internal/reason", "internal/yamldoc"},
	"internal/credit":       {},
	"internal/credit/pack":  {"internal/credit", "internal/yamldoc"},
	"internal/credit/count": {"internal/credit", "internal/credit/pack"},
	"internal/progress":     {},
	"internal/sheet":        {},
	"internal/reminder":     {},
	"internal/veil":         {},
	"internal/kept":         {},
	"internal/db":           {"migrations", "internal/progress", "internal/apperr"},
	"internal/dbtest":       {"internal/db"},
	"internal/testneed":     {},
	"internal/config":       {},
	"internal/job":          {"internal/db", "internal/apperr"},
	"internal/audit":        {"internal/db", "internal/apperr"},
	"internal/once":         {"internal/db"},
	"internal/keyring":      {"internal/db", "internal/apperr"},
	"internal/mail":         {"internal/db", "internal/apperr", "internal/job", "templates/emails"},

	"internal/question/exchange": {"internal/apperr", "internal/question", "internal/reason"},

	"internal/account/lists":    {},
	"internal/account/limit":    {"internal/db", "internal/apperr"},
	"internal/account/password": {},
	"internal/account/token":    {"internal/db", "internal/keyring"},
	"internal/account/factor":   {"internal/db", "internal/apperr", "internal/keyring", "internal/account/limit"},

	"internal/account":           ground("internal/keyring", "internal/mail", "internal/account/lists", "internal/account/limit", "internal/account/password", "internal/account/token", "internal/account/factor"),
	"internal/course":            ground("internal/question", "internal/credit", "internal/credit/pack", "internal/course/compare", "internal/course/content", "internal/course/merge", "internal/media", "internal/media/manifest", "internal/media/sniff", "internal/progress", "internal/reason", "internal/yamldoc"),
	"internal/course/content":    {"internal/apperr", "internal/yamldoc", "internal/question", "internal/credit", "internal/course/markup", "internal/course/drawing", "internal/media/caption", "internal/media/manifest", "internal/media/sniff", "internal/reason"},
	"internal/course/markup":     {"internal/reason"},
	"internal/course/merge":      {},
	"internal/course/intake":     ground("internal/course", "internal/course/content", "internal/course/edit", "internal/question", "internal/question/exchange"),
	"internal/media":             ground("internal/progress", "internal/media/handout", "internal/media/manifest", "internal/media/picture", "internal/media/sniff", "internal/media/store"),
	"internal/media/caption":     {"internal/apperr", "internal/reason"},
	"internal/media/handout":     {"internal/media/sniff"},
	"internal/media/manifest":    {"internal/course/edit", "internal/media/sniff", "internal/reason", "internal/yamldoc"},
	"internal/media/picture":     {"internal/media/sniff"},
	"internal/media/sniff":       {},
	"internal/media/store":       {},
	"internal/course/compare":    {"internal/course/content", "internal/question"},
	"internal/course/scaffold":   {"internal/apperr", "internal/course/content"},
	"internal/course/drawing":    {"internal/reason"},
	"internal/enrollment":        ground("internal/question", "internal/credit", "internal/mail", "internal/course", "internal/course/compare", "internal/reminder"),
	"internal/refresher":         ground("internal/question", "internal/mail", "internal/course", "internal/enrollment", "internal/kept", "internal/reminder", "internal/veil"),
	"internal/exam":              ground("internal/question", "internal/mail", "internal/course", "internal/enrollment"),
	"internal/exam/analysis":     {},
	"internal/insight":           {"internal/db", "internal/course", "internal/question", "internal/exam/analysis", "internal/kept", "internal/veil"},
	"internal/course/edit":       {},
	"internal/course/outline":    {"internal/apperr", "internal/course/content"},
	"internal/course/paste":      {},
	"internal/course/coursetest": {"internal/course/content"},
	"internal/certificate": ground("internal/credit", "internal/mail", "internal/account", "internal/course", "internal/enrollment", "internal/certificate/pdf", "internal/certificate/pdfread", "internal/certificate/pades",
		"internal/certificate/credential", "internal/certificate/number"),
	"internal/certificate/pdf": {"internal/apperr", "internal/certificate/pdf/flow", "internal/certificate/pdf/fonts"},

	"internal/certificate/pdf/flow":  {"internal/certificate/pdf/fonts"},
	"internal/certificate/pdf/fonts": {},
	"internal/certificate/pdfread":   {},
	"internal/certificate/pades":     {"internal/apperr", "internal/certificate/pdfread"},
	"internal/certificate/number":    {},
	"internal/certificate/seal":      {"internal/certificate", "internal/certificate/credential", "internal/certificate/pades", "internal/certificate/proof", "internal/keyring", "internal/translog"},
	"internal/certificate/proof":     {"internal/certificate", "internal/certificate/credential", "internal/certificate/pades", "internal/translog"},
	"internal/certificate/archive":   ground("internal/certificate", "internal/sheet"),
	"internal/certificate/share":     ground("internal/certificate", "internal/credit"),
	"internal/certificate/card":      {"internal/apperr", "internal/certificate/pdf/flow", "internal/certificate/pdf/fonts"},
	"internal/payment":               ground("internal/mail", "internal/account", "internal/course", "internal/enrollment"),
	"internal/attendance":            ground("internal/account", "internal/account/lists", "internal/certificate", "internal/course", "internal/enrollment"),
	"internal/accreditation":         ground("internal/account/lists", "internal/certificate", "internal/credit", "internal/credit/count", "internal/credit/pack", "internal/mail", "internal/reminder"),
	"internal/team":                  ground(),
	"internal/translog":              {"internal/apperr", "internal/db", "internal/keyring"},
	"internal/witness":               ground("internal/translog"),
	"internal/witness/witnesstest":   {},
	"internal/support":               ground("internal/mail", "internal/account", "internal/account/limit", "internal/course", "internal/enrollment", "internal/exam"),
	"internal/conversation":          ground("internal/account", "internal/account/limit", "internal/course", "internal/enrollment", "internal/mail", "internal/reminder"),
	"internal/stripesandbox":         {"internal/db", "internal/apperr", "internal/job"},
	// The log's proof is checked by the log's own code; nothing of its database is used.
	"internal/certificate/credential": {"internal/translog"},
	"internal/wallet":                 ground("internal/account", "internal/account/lists", "internal/certificate", "internal/credit", "internal/credit/pack", "internal/mail", "internal/reminder", "internal/wallet/ical"),
	"internal/wallet/ical":            {},

	"migrations":       {},
	"templates":        {},
	"templates/emails": {},
	"static":           {},
	"courses":          {},

	// Pages know services, not the database, and no other area's pages.
	"internal/web/kit":          {"internal/apperr", "internal/once", "internal/sheet"},
	"internal/web/facts":        {"internal/audit", "internal/web/kit"},
	"internal/web/questionview": {"internal/question", "internal/course", "internal/web/kit"},
	"internal/web":              {"internal/apperr", "internal/web/kit"},
	"internal/web/accreditation": area("internal/account/lists", "internal/accreditation", "internal/audit", "internal/course", "internal/credit", "internal/credit/pack",
		"internal/web/facts"),
	"internal/web/attendance": area("internal/account/lists", "internal/accreditation", "internal/attendance", "internal/certificate", "internal/course", "internal/credit"),
	"internal/web/account":    area("internal/account", "internal/account/factor", "internal/account/lists", "internal/account/password", "internal/audit"),
	"internal/web/admin": area("internal/account", "internal/accreditation", "internal/audit", "internal/certificate", "internal/course", "internal/enrollment", "internal/exam",
		"internal/job", "internal/mail", "internal/payment", "internal/support", "internal/web/facts", "internal/witness"),
	"internal/web/catalog": area("internal/account", "internal/account/lists", "internal/accreditation", "internal/audit", "internal/credit/count", "internal/credit/pack", "internal/payment", "internal/course", "internal/course/compare", "internal/credit", "internal/enrollment", "internal/veil"),
	"internal/web/certificates": area("internal/account", "internal/account/limit", "internal/audit", "internal/certificate", "internal/certificate/archive", "internal/certificate/proof",
		"internal/certificate/number", "internal/course",
		"internal/enrollment", "internal/exam"),
	"internal/web/checkout":   area("internal/account", "internal/audit", "internal/course", "internal/enrollment", "internal/payment", "internal/stripesandbox", "internal/web/facts"),
	"internal/web/chart":      {},
	"internal/web/evaluation": area("internal/audit", "internal/course", "internal/enrollment"),
	"internal/web/editions":   area("internal/audit", "internal/course", "internal/course/compare", "internal/credit", "internal/enrollment", "internal/veil"),
	"internal/web/exam":       area("internal/account", "internal/course", "internal/enrollment", "internal/exam", "internal/question", "internal/web/questionview"),
	"internal/web/insight": area("internal/audit", "internal/course", "internal/course/compare", "internal/enrollment", "internal/exam/analysis", "internal/insight", "internal/question",
		"internal/veil", "internal/web/chart"),
	"internal/web/learn":        area("internal/course", "internal/enrollment", "internal/question", "internal/web/questionview"),
	"internal/web/refresher":    area("internal/course", "internal/enrollment", "internal/question", "internal/refresher", "internal/veil", "internal/web/questionview"),
	"internal/web/media":        area("internal/course", "internal/course/content", "internal/media", "internal/media/caption", "internal/media/manifest", "internal/media/sniff"),
	"internal/web/ops":          area("internal/job", "internal/mail", "internal/witness"),
	"internal/web/keys":         area("internal/certificate", "internal/certificate/credential", "internal/certificate/pades", "internal/certificate/proof"),
	"internal/web/transparency": area("internal/translog", "internal/witness"),
	"internal/web/studio":       area("internal/audit", "internal/course", "internal/course/drawing", "internal/course/edit", "internal/course/outline", "internal/course/paste", "internal/course/scaffold", "internal/question", "internal/reason"),
	"internal/web/questions":    area("internal/course", "internal/course/intake", "internal/question", "internal/question/exchange"),
	"internal/web/sharing":      area("internal/certificate", "internal/certificate/card", "internal/certificate/credential", "internal/certificate/share"),
	"internal/web/conversation": area("internal/conversation", "internal/course", "internal/enrollment"),
	"internal/web/preview":      area("internal/account/lists", "internal/accreditation", "internal/course", "internal/course/compare", "internal/credit/count", "internal/enrollment", "internal/exam", "internal/question", "internal/web/questionview"),
	"internal/web/team":         area("internal/course", "internal/team"),
	"internal/web/support":      area("internal/account", "internal/support"),
	"internal/web/wallet":       area("internal/credit", "internal/wallet"),

	// The composition root joins services and pages; what runs a program stands
	// on it.
	"internal/app": ground(
		"internal/account", "internal/account/limit", "internal/account/lists", "internal/accreditation", "internal/attendance", "internal/certificate",
		"internal/certificate/archive", "internal/certificate/pades", "internal/certificate/pdf", "internal/certificate/seal", "internal/certificate/share",
		"internal/config", "internal/conversation", "internal/course", "internal/course/intake", "internal/credit", "internal/credit/count",
		"internal/credit/pack", "internal/enrollment", "internal/exam", "internal/insight", "internal/keyring", "internal/mail", "internal/media",
		"internal/media/store", "internal/payment", "internal/refresher", "internal/stripesandbox", "internal/support", "internal/team", "internal/translog",
		"internal/wallet", "internal/witness", "static", "templates",
		"internal/web", "internal/web/account", "internal/web/accreditation", "internal/web/admin", "internal/web/attendance", "internal/web/catalog",
		"internal/web/certificates", "internal/web/checkout", "internal/web/conversation", "internal/web/editions", "internal/web/evaluation",
		"internal/web/exam", "internal/web/insight", "internal/web/keys", "internal/web/kit", "internal/web/learn", "internal/web/media", "internal/web/ops",
		"internal/web/preview", "internal/web/questions", "internal/web/refresher", "internal/web/sharing", "internal/web/studio", "internal/web/support",
		"internal/web/team", "internal/web/transparency", "internal/web/wallet",
	),
	"internal/demo": ground(
		"courses", "internal/account", "internal/app", "internal/attendance", "internal/certificate", "internal/certificate/share", "internal/config",
		"internal/conversation", "internal/course", "internal/enrollment", "internal/exam", "internal/payment", "internal/progress", "internal/question",
		"internal/refresher", "internal/stripesandbox", "internal/support", "internal/team", "internal/wallet",
	),
	"internal/doctor": {"internal/app", "internal/config", "internal/db", "internal/keyring", "internal/progress", "internal/witness"},
	"internal/cli": {"internal/apperr", "internal/reason", "internal/config", "internal/db", "internal/app", "internal/demo", "internal/doctor", "internal/account",
		"internal/audit", "internal/course", "internal/course/intake", "internal/certificate", "internal/certificate/credential", "internal/certificate/proof", "internal/keyring", "internal/payment", "internal/progress",
		"internal/question", "internal/question/exchange", "internal/translog", "courses"},
	"internal/apptest":        {"internal/account", "internal/app", "internal/config", "internal/course", "internal/demo", "internal/enrollment", "internal/exam", "internal/question"},
	"internal/apptest/area":   {"internal/account", "internal/audit", "internal/db", "internal/web/kit", "static", "templates"},
	"internal/apptest/chrome": {"internal/testneed"},
}

// ground is what every domain package may stand on.
func ground(more ...string) []string {
	return append([]string{"internal/apperr", "internal/db", "internal/job", "internal/audit", "internal/once"}, more...)
}

// area is what every area of pages may stand on.
func area(more ...string) []string {
	return append([]string{"internal/apperr", "internal/web/kit"}, more...)
}

// driverImports may stand only in package db and its test helper.
var driverImports = []string{"gorm.io/driver/", "modernc.org/sqlite", "github.com/jackc/pgx", "github.com/pressly/goose", "github.com/mattn/go-sqlite3"}

type file struct {
	pkg, name string
	imports   []string
}

func TestImportsPointDown(t *testing.T) {
	for _, f := range sources(t) {
		for _, imp := range f.imports {
			checkOutside(t, f, imp)
			if to, ours := strings.CutPrefix(imp, module); ours {
				checkInside(t, f, to)
			}
		}
	}
}

// TestTheTableNamesWhatExists: an entry of a package that is gone would let one
// of its name in again, unseen.
func TestTheTableNamesWhatExists(t *testing.T) {
	here := map[string]bool{}
	for _, f := range sources(t) {
		here[f.pkg] = true
	}
	for pkg, allowed := range mayImport {
		for _, name := range append(slices.Clone(allowed), pkg) {
			if !here[name] {
				t.Errorf("the table of imports names %s, which does not exist", name)
			}
		}
	}
}

func checkInside(t *testing.T, f file, to string) {
	t.Helper()
	allowed, known := mayImport[f.pkg]
	if !known {
		t.Errorf("package %s is not in the table of imports: enter it on purpose", f.pkg)
		return
	}
	if !slices.Contains(allowed, to) {
		t.Errorf("%s imports %s, which lies above it or beside it; pages know services, services know no pages", f.name, to)
	}
}

func checkOutside(t *testing.T, f file, imp string) {
	t.Helper()
	for _, driver := range driverImports {
		if strings.HasPrefix(imp, driver) && f.pkg != "internal/db" && f.pkg != "internal/dbtest" {
			t.Errorf("%s imports %s: drivers belong to package db", f.name, imp)
		}
	}
	base := path.Base(f.name)
	switch {
	case imp == "gorm.io/gorm" || strings.HasPrefix(imp, "gorm.io/gorm/"):
		if f.pkg != "internal/db" && base != "store.go" && !strings.HasPrefix(base, "store_") {
			t.Errorf("%s imports GORM outside a store", f.name)
		}
	case strings.HasPrefix(imp, "github.com/labstack/echo"):
		if !strings.HasPrefix(f.pkg, "internal/web") && f.pkg != "internal/apptest/area" {
			t.Errorf("%s imports Echo outside the web", f.name)
		}
	case imp == "net/http":
		stripe := f.pkg == "internal/payment" && strings.HasPrefix(base, "stripe")
		web := strings.HasPrefix(f.pkg, "internal/web") || f.pkg == "internal/stripesandbox"
		witness := f.pkg == "internal/witness" && base == "client.go" || f.pkg == "internal/witness/witnesstest"
		compose := f.pkg == "internal/app" || strings.HasPrefix(f.pkg, "internal/apptest") || f.pkg == "internal/cli"
		if !stripe && !web && !witness && !compose {
			t.Errorf("%s imports net/http: domain packages know no HTTP", f.name)
		}
	case imp == "html/template" || imp == "text/template":
		if f.pkg != "internal/web/kit" && f.pkg != "internal/course/content" && f.pkg != "internal/mail" && !strings.HasPrefix(f.pkg, "internal/web") {
			t.Errorf("%s imports templates", f.name)
		}
	}
}

// sources parses the import clauses of every file that ships.
func sources(t *testing.T) []file {
	t.Helper()
	var files []file
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && p != root || d.Name() == "node_modules" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return nil
		}
		src, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), p, src, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		f := file{pkg: filepath.ToSlash(filepath.Dir(rel)), name: filepath.ToSlash(rel)}
		for _, spec := range parsed.Imports {
			imp, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			f.imports = append(f.imports, imp)
		}
		files = append(files, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 20 {
		t.Fatalf("only %d source files found: is %q still the root?", len(files), root)
	}
	return files
}
