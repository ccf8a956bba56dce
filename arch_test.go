package usermanagementservice_test

import (
	"fmt"
	"go/ast"
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

const module = "github.com/siriusys/user-management-service"

// room is a folder of the house with all that lies below it. A file belongs to the deepest room that holds it, and may
// import its own folder, what the room sees, and libs; the room's tests may also import any library and what testsSee.
type room struct {
	folder   string   // "*" stands for one name
	sees     []string // folders of this module; "x/..." is x and all below it, "~" is what "*" stands for
	libs     []string // packages from outside the module; anyLib allows them all
	testsSee []string
	pure     bool // takes time and chance as arguments
}

const anyLib = "..."

// house is the dependency rule.
var house = []room{
	{
		folder: "domain", pure: true,
		libs: []string{
			"bytes", "cmp", "crypto/sha256", "crypto/subtle", "embed", "encoding/base64", "encoding/binary", "encoding/hex", "errors",
			"fmt", "io", "iter", "maps", "math", "net/netip", "slices", "strconv", "strings", "sync", "time", "unicode", "unicode/utf8",
			"golang.org/x/net/idna", "golang.org/x/text/unicode/norm",
		},
	},
	{
		folder: "ports", pure: true,
		sees: []string{"domain"},
		libs: []string{"context", "errors", "io", "iter", "net/netip", "time"},
	},
	{
		folder: "ports/porttest",
		sees:   []string{"ports", "domain"},
		libs:   []string{anyLib},
	},
	{
		folder: "app", pure: true,
		sees:     []string{"ports", "domain"},
		libs:     []string{"cmp", "context", "errors", "fmt", "io", "iter", "maps", "net/netip", "slices", "strings", "time"},
		testsSee: []string{"ports/porttest", "adapters/memory"},
	},
	{
		folder:   "adapters/*",
		sees:     []string{"ports", "domain", "~/..."},
		libs:     []string{anyLib},
		testsSee: []string{"ports/porttest", "adapters/memory", "adapters/postgres/pgtest"},
	},
	{folder: "adapters/httpapi", sees: inbound, libs: []string{anyLib}, testsSee: inboundTests},
	{folder: "adapters/jobs", sees: inbound, libs: []string{anyLib}, testsSee: inboundTests},
	{folder: "adapters/web", sees: inbound, libs: []string{anyLib}, testsSee: inboundTests},
	{
		folder:   "adapters/postgres",
		sees:     []string{"ports", "domain", "~/...", "db"},
		libs:     []string{anyLib},
		testsSee: []string{"ports/porttest", "adapters/memory"},
	},
	{folder: "db", libs: []string{anyLib}, testsSee: []string{"adapters/postgres/pgtest"}},
	{folder: "cmd", sees: []string{"/..."}, libs: []string{anyLib}},
	{folder: "bench", sees: []string{"/..."}, libs: []string{anyLib}},
	{folder: ".", libs: []string{"embed"}, testsSee: []string{"domain"}},
}

// Only the adapters through which requests come in import the use cases.
var (
	inbound      = []string{"app", "ports", "domain", "~/..."}
	inboundTests = []string{"ports/porttest", "adapters/memory", "adapters/postgres/pgtest"}
)

// clock is what a pure room must not read.
var clock = []string{"After", "AfterFunc", "NewTicker", "NewTimer", "Now", "Since", "Sleep", "Tick", "Until"}

func TestArchitecture(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, name := range goFiles(t) {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		faults, err := faultsOf(filepath.ToSlash(name), src)
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range faults {
			t.Error(fault)
		}
		seen[strings.Split(filepath.ToSlash(name), "/")[0]] = true
	}
	for _, part := range []string{"domain", "ports", "app", "adapters", "db", "cmd"} {
		if !seen[part] {
			t.Errorf("no Go file found in %s: this test must run in the module's root", part)
		}
	}
}

func TestArchitectureTestCatchesEachFault(t *testing.T) {
	t.Parallel()
	const own = module + "/"
	for _, c := range []struct{ file, code, want string }{
		{"domain/user.go", `import "time"; var t time.Time`, ""},
		{"domain/user.go", `import "time"; var t = time.Now()`, "time.Now"},
		{"domain/user.go", `import clock "time"; var now = clock.Now`, "time.Now"},
		{"domain/user.go", `import . "time"; var now = Now`, "dot import"},
		{"domain/user.go", `import "net/http"`, "net/http"},
		{"domain/user.go", `import "crypto/rand"`, "crypto/rand"},
		{"domain/user.go", `import "github.com/google/uuid"`, "github.com/google/uuid"},
		{"domain/user.go", `import "` + own + `ports"`, "ports"},
		{"domain/user_test.go", `import "pgregory.net/rapid"`, ""},
		{"ports/store.go", `import "` + own + `app"`, "app"},
		{"ports/porttest/store.go", `import ("testing"; "` + own + `ports")`, ""},
		{"ports/porttest/store.go", `import "` + own + `adapters/memory"`, "adapters/memory"},
		{"app/login.go", `import ("` + own + `domain"; "` + own + `ports")`, ""},
		{"app/login.go", `import "log/slog"`, "log/slog"},
		{"app/login.go", `import "` + own + `adapters/memory"`, "adapters/memory"},
		{"app/login_test.go", `import "` + own + `adapters/memory"`, ""},
		{"adapters/smtp/mailer.go", `import "` + own + `app"`, "app"},
		{"adapters/smtp/mailer.go", `import "` + own + `adapters/jwt"`, "adapters/jwt"},
		{"adapters/smtp/mailer.go", `import "` + own + `db"`, "db"},
		{"adapters/smtp/mailer.go", `import "` + own + `adapters/smtp/letters"`, ""},
		{"adapters/smtp/mailer_test.go", `import "` + own + `adapters/jwt"`, "adapters/jwt"},
		{"adapters/smtp/mailer_test.go", `import "` + own + `ports/porttest"`, ""},
		{"adapters/smtp/mailer.go", `import "` + own + `ports/porttest"`, "ports/porttest"},
		{"adapters/httpapi/server.go", `import "` + own + `app"`, ""},
		{"adapters/httpapi/server.go", `import "` + own + `adapters/postgres"`, "adapters/postgres"},
		{"adapters/postgres/pgtest/clone.go", `import ("` + own + `db"; "` + own + `adapters/postgres/embedded")`, ""},
		{"adapters/jwt/signer.go", `import "` + own + `cmd/user-management-service"`, "cmd/user-management-service"},
		{"cmd/user-management-service/run.go", `import "` + own + `adapters/postgres"`, ""},
		{"utils/strings.go", `import "strings"`, "no part of the house"},
	} {
		faults, err := faultsOf(c.file, []byte("package p; "+c.code))
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case c.want == "" && len(faults) > 0:
			t.Errorf("%s: %s: want no fault, got %q", c.file, c.code, faults)
		case c.want != "" && (len(faults) != 1 || !strings.Contains(faults[0], c.want)):
			t.Errorf("%s: %s: want one fault about %s, got %q", c.file, c.code, c.want, faults)
		}
	}
}

// goFiles lists the module's Go files, whatever their build tags.
func goFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !entry.IsDir() {
			if strings.HasSuffix(name, ".go") {
				files = append(files, name)
			}
			return nil
		}
		_, notOurs := os.Stat(filepath.Join(name, "go.mod"))
		if name != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata" || notOurs == nil) {
			return filepath.SkipDir
		}
		return nil
	})
	if err != nil {
		t.Fatalf("list the module's files: %v", err)
	}
	return files
}

// faultsOf says how the Go file, named by its path in the module, breaks the rule.
func faultsOf(file string, src []byte) ([]string, error) {
	code, err := parser.ParseFile(token.NewFileSet(), file, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", file, err)
	}
	folder := path.Dir(file)
	r, ok := roomOf(folder)
	if !ok {
		return []string{file + " is in no part of the house: put it into one, or add its folder to the table in arch_test.go"}, nil
	}
	isTest := strings.HasSuffix(file, "_test.go")
	var faults []string
	for _, spec := range code.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		switch {
		case spec.Name != nil && spec.Name.Name == ".":
			faults = append(faults, fmt.Sprintf("%s has a dot import of %s: name the package", file, imported))
		case !r.allows(folder, imported, isTest):
			faults = append(faults, fmt.Sprintf("%s imports %s, but %s", file, strings.TrimPrefix(imported, module+"/"), r.rule(isTest)))
		}
	}
	if r.pure && !isTest {
		faults = append(faults, clockReads(file, code)...)
	}
	return faults, nil
}

// roomOf finds the deepest room that holds folder; "*" yields to a room that is there by name.
func roomOf(folder string) (room, bool) {
	for at := folder; ; at = path.Dir(at) {
		wild := path.Join(path.Dir(at), "*")
		for _, want := range []string{at, wild} {
			if i := slices.IndexFunc(house, func(r room) bool { return r.folder == want }); i >= 0 {
				return house[i].at(at), at != "." || folder == "."
			}
		}
	}
}

// at fills the place of "*" and "~".
func (r room) at(folder string) room {
	r.folder = folder
	sees := slices.Clone(r.sees)
	for i := range sees {
		sees[i] = strings.Replace(sees[i], "~", folder, 1)
	}
	r.sees = sees
	return r
}

func (r room) allows(folder, imported string, isTest bool) bool {
	if imported != module && !strings.HasPrefix(imported, module+"/") {
		return isTest || slices.Contains(r.libs, anyLib) || slices.Contains(r.libs, imported)
	}
	part := strings.TrimPrefix(strings.TrimPrefix(imported, module), "/")
	visible := r.sees
	if isTest {
		visible = slices.Concat(r.sees, r.testsSee, []string{r.folder})
	}
	return part == folder || part == "" && folder == "." || slices.ContainsFunc(visible, func(p string) bool {
		below, subtree := strings.CutSuffix(p, "/...")
		return part == p || subtree && (below == "" || part == below || strings.HasPrefix(part, below+"/"))
	})
}

// rule puts what the room's files may import into words.
func (r room) rule(isTest bool) string {
	sees, libs := r.sees, strings.Join(r.libs, " ")
	if isTest {
		sees, libs = slices.Concat(sees, r.testsSee), anyLib
	}
	if libs == anyLib {
		libs = "any library"
	}
	if len(sees) == 0 {
		return fmt.Sprintf("%s sees nothing of this module, and of others: %s", r.folder, libs)
	}
	return fmt.Sprintf("%s sees only %s of this module, and of others: %s", r.folder, strings.Join(sees, ", "), libs)
}

// clockReads finds each mention, called or not, of a function of package time that reads the clock.
func clockReads(file string, code *ast.File) []string {
	name := ""
	for _, spec := range code.Imports {
		if spec.Path.Value == `"time"` {
			name = "time"
			if spec.Name != nil {
				name = spec.Name.Name
			}
		}
	}
	var faults []string
	ast.Inspect(code, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && slices.Contains(clock, sel.Sel.Name) {
			if pkg, ok := sel.X.(*ast.Ident); ok && name != "" && pkg.Name == name {
				faults = append(faults, fmt.Sprintf("%s uses time.%s: take the time as an argument or a func field", file, sel.Sel.Name))
			}
		}
		return true
	})
	return faults
}
