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

// layer is a folder with everything below it. A file belongs to the deepest layer that contains it, and may import its own
// folder, the folders that the layer sees, and libs; the layer's tests may also import any library and what testsSee lists.
type layer struct {
	folder   string   // "*" stands for one name
	sees     []string // folders of this module; "x/..." is x and all below it, "~" is the layer's own folder
	libs     []string // packages from outside the module; anyLib allows all of them
	testsSee []string
	pure     bool // receives time and random values as arguments
}

const anyLib = "..."

// layers is the dependency rule, which docs/architecture.md draws.
var layers = []layer{
	{
		folder: "domain", pure: true,
		libs: []string{
			"bytes", "cmp", "crypto/aes", "crypto/cipher", "crypto/sha256", "crypto/subtle", "embed",
			"encoding/base64", "encoding/binary", "encoding/hex",
			"errors", "fmt", "io", "iter", "maps", "math", "net/netip", "slices", "strconv", "strings", "sync", "time", "unicode", "unicode/utf8",
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
		libs:     []string{"cmp", "context", "errors", "fmt", "io", "iter", "maps", "net/netip", "slices", "strings", "sync/atomic", "time"},
		testsSee: []string{"ports/porttest/...", "adapters/memory"},
	},
	{
		folder:   "adapters/*",
		sees:     []string{"ports", "domain", "~/..."},
		libs:     []string{anyLib},
		testsSee: []string{"ports/porttest/...", "adapters/memory", "adapters/postgres/pgtest"},
	},
	{folder: "adapters/httpapi", sees: inbound, libs: []string{anyLib}, testsSee: inboundTests},
	{folder: "adapters/jobs", sees: inbound, libs: []string{anyLib}, testsSee: inboundTests},
	{folder: "adapters/web", sees: inbound, libs: []string{anyLib}, testsSee: inboundTests},
	{
		folder:   "adapters/postgres",
		sees:     []string{"ports", "domain", "~/...", "db"},
		libs:     []string{anyLib},
		testsSee: []string{"ports/porttest/...", "adapters/memory"},
	},
	{folder: "db", libs: []string{anyLib}, testsSee: []string{"adapters/postgres/pgtest", "ports/porttest/await"}},
	{folder: "cmd", sees: []string{"/..."}, libs: []string{anyLib}},
	{folder: ".", libs: []string{"embed"}, testsSee: []string{"domain"}},
	{folder: "verifier", sees: []string{"verifier/..."}, libs: []string{anyLib}},
}

// outside are folders with modules for other services. They see nothing of this service, and only its tests see them.
var outside = []string{"verifier"}

// Only the adapters that receive requests or jobs import the use cases.
var (
	inbound      = []string{"app", "ports", "domain", "~/..."}
	inboundTests = []string{"ports/porttest/...", "adapters/memory", "adapters/postgres/pgtest"}
)

// clockFuncs are the functions of package time that a pure layer must not use.
var clockFuncs = []string{"After", "AfterFunc", "NewTicker", "NewTimer", "Now", "Since", "Sleep", "Tick", "Until"}

func TestArchitecture(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, name := range goFiles(t) {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		violations, err := violationsOf(filepath.ToSlash(name), src)
		if err != nil {
			t.Fatal(err)
		}
		for _, violation := range violations {
			t.Error(violation)
		}
		seen[strings.Split(filepath.ToSlash(name), "/")[0]] = true
	}
	for _, folder := range []string{"domain", "ports", "app", "adapters", "db", "cmd", "verifier"} {
		if !seen[folder] {
			t.Errorf("no Go file found in %s: this test must run in the module's root", folder)
		}
	}
}

func TestArchitectureTestCatchesEachViolation(t *testing.T) {
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
		{"adapters/smtp/mailer.go", `import "` + own + `adapters/smtp/templates"`, ""},
		{"adapters/smtp/mailer_test.go", `import "` + own + `adapters/jwt"`, "adapters/jwt"},
		{"adapters/smtp/mailer_test.go", `import "` + own + `ports/porttest"`, ""},
		{"adapters/smtp/mailer.go", `import "` + own + `ports/porttest"`, "ports/porttest"},
		{"adapters/httpapi/server.go", `import "` + own + `app"`, ""},
		{"adapters/httpapi/server.go", `import "` + own + `adapters/httpapi/clientip"`, ""},
		{"adapters/web/pages.go", `import "` + own + `adapters/httpapi/clientip"`, "adapters/httpapi/clientip"},
		{"adapters/httpapi/server.go", `import "` + own + `adapters/postgres"`, "adapters/postgres"},
		{"adapters/postgres/pgtest/clone.go", `import ("` + own + `db"; "` + own + `adapters/postgres/embedded")`, ""},
		{"adapters/jwt/signer.go", `import "` + own + `cmd/user-management-service"`, "cmd/user-management-service"},
		{"cmd/user-management-service/run.go", `import "` + own + `adapters/postgres"`, ""},
		{"cmd/user-management-service/run.go", `import "` + own + `verifier"`, "verifier"},
		{"cmd/user-management-service/run_test.go", `import "` + own + `verifier/verifiertest"`, ""},
		{"verifier/token.go", `import "` + own + `domain"`, "domain"},
		{"verifier/token_test.go", `import "` + own + `adapters/jwt"`, "adapters/jwt"},
		{"verifier/echoverifier/middleware.go", `import "` + own + `verifier"`, ""},
		{"verifier/e2e/service_test.go", `import "` + own + `cmd/user-management-service"`, "cmd/user-management-service"},
		{"utils/strings.go", `import "strings"`, "belongs to no layer"},
	} {
		violations, err := violationsOf(c.file, []byte("package p; "+c.code))
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case c.want == "" && len(violations) > 0:
			t.Errorf("%s: %s: want no violation, got %q", c.file, c.code, violations)
		case c.want != "" && (len(violations) != 1 || !strings.Contains(violations[0], c.want)):
			t.Errorf("%s: %s: want one violation about %s, got %q", c.file, c.code, c.want, violations)
		}
	}
}

// goFiles lists the Go files of the module and of those in outside, with any build tags.
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
		_, otherModule := os.Stat(filepath.Join(name, "go.mod"))
		if isOutside(filepath.ToSlash(name)) {
			otherModule = fs.ErrNotExist
		}
		if name != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata" || otherModule == nil) {
			return filepath.SkipDir
		}
		return nil
	})
	if err != nil {
		t.Fatalf("list the module's files: %v", err)
	}
	return files
}

// violationsOf lists how a Go file, named by its path in the module, violates the rule.
func violationsOf(file string, src []byte) ([]string, error) {
	code, err := parser.ParseFile(token.NewFileSet(), file, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", file, err)
	}
	folder := path.Dir(file)
	l, ok := layerOf(folder)
	if !ok {
		return []string{file + " belongs to no layer: move it into one, or add its folder to the table in arch_test.go"}, nil
	}
	isTest := strings.HasSuffix(file, "_test.go")
	var violations []string
	for _, spec := range code.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		switch {
		case spec.Name != nil && spec.Name.Name == ".":
			violations = append(violations, fmt.Sprintf("%s has a dot import of %s: name the package", file, imported))
		case !l.allows(folder, imported, isTest):
			imported = strings.TrimPrefix(imported, module+"/")
			violations = append(violations, fmt.Sprintf("%s imports %s, but %s", file, imported, l.rule(isTest)))
		}
	}
	if l.pure && !isTest {
		violations = append(violations, clockReads(file, code)...)
	}
	return violations, nil
}

// layerOf finds the deepest layer that contains the folder; an exact name takes precedence over "*".
func layerOf(folder string) (layer, bool) {
	for at := folder; ; at = path.Dir(at) {
		wild := path.Join(path.Dir(at), "*")
		for _, want := range []string{at, wild} {
			if i := slices.IndexFunc(layers, func(l layer) bool { return l.folder == want }); i >= 0 {
				return layers[i].at(at), at != "." || folder == "."
			}
		}
	}
}

// at replaces "*" and "~" by the folder.
func (l layer) at(folder string) layer {
	l.folder = folder
	sees := slices.Clone(l.sees)
	for i := range sees {
		sees[i] = strings.Replace(sees[i], "~", folder, 1)
	}
	l.sees = sees
	return l
}

func (l layer) allows(folder, imported string, isTest bool) bool {
	if imported != module && !strings.HasPrefix(imported, module+"/") {
		return isTest || slices.Contains(l.libs, anyLib) || slices.Contains(l.libs, imported)
	}
	target := strings.TrimPrefix(strings.TrimPrefix(imported, module), "/")
	if isOutside(target) && !isOutside(folder) {
		return isTest && slices.Contains(l.sees, "/...")
	}
	visible := l.sees
	if isTest {
		visible = slices.Concat(l.sees, l.testsSee, []string{l.folder})
	}
	return target == folder || target == "" && folder == "." || slices.ContainsFunc(visible, func(p string) bool {
		below, subtree := strings.CutSuffix(p, "/...")
		return target == p || subtree && (below == "" || target == below || strings.HasPrefix(target, below+"/"))
	})
}

// isOutside reports whether a folder belongs to a module for other services.
func isOutside(folder string) bool {
	return slices.ContainsFunc(outside, func(o string) bool { return folder == o || strings.HasPrefix(folder, o+"/") })
}

// rule says which packages the layer's files may import.
func (l layer) rule(isTest bool) string {
	sees, libs := l.sees, strings.Join(l.libs, " ")
	if isTest {
		sees, libs = slices.Concat(sees, l.testsSee), anyLib
	}
	if libs == anyLib {
		libs = "any library"
	}
	if len(sees) == 0 {
		return fmt.Sprintf("%s sees nothing of this module, and of others: %s", l.folder, libs)
	}
	return fmt.Sprintf("%s sees only %s of this module, and of others: %s", l.folder, strings.Join(sees, ", "), libs)
}

// clockReads finds each use of a function of package time that reads the clock, with or without a call.
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
	var violations []string
	ast.Inspect(code, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && slices.Contains(clockFuncs, sel.Sel.Name) {
			if pkg, ok := sel.X.(*ast.Ident); ok && name != "" && pkg.Name == name {
				violations = append(violations, fmt.Sprintf("%s uses time.%s: receive the time as an argument or a func field", file, sel.Sel.Name))
			}
		}
		return true
	})
	return violations
}
