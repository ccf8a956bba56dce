package main

import (
	"debug/buildinfo"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// devOnly are the packages that a production build must not contain: the mail server and inbox of dev, its PostgreSQL, and what
// these use.
var devOnly = []string{
	module + "/adapters/devinbox", module + "/adapters/postgres/embedded", "github.com/emersion/go-smtp",
	"github.com/fergusstrange/embedded-postgres",
}

const module = "github.com/siriusys/user-management-service"

// goTool runs a command of go in the root of the repository.
func goTool(t *testing.T, args ...string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), "go", args...)
	c.Dir = repository
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("go %v: %v\n%s", args, err, out)
	}
	return string(out)
}

func TestAProductionBuildHasNoDevelopmentParts(t *testing.T) {
	t.Parallel()
	const program = "./cmd/user-management-service"
	usual := strings.Fields(goTool(t, "list", "-deps", program))
	production := strings.Fields(goTool(t, "list", "-deps", "-tags", "production", program))
	for _, name := range devOnly {
		if !slices.Contains(usual, name) {
			t.Errorf("no build contains %s: the test must name another package", name)
		}
		if slices.Contains(production, name) {
			t.Errorf("a production build contains %s", name)
		}
	}

	binary := filepath.Join(t.TempDir(), "user-management-service")
	goTool(t, "build", "-tags", "production", "-ldflags", "-s -w", "-o", binary, program)
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	for _, used := range info.Deps {
		if slices.Contains(devOnly, used.Path) {
			t.Errorf("the program contains the module %s", used.Path)
		}
	}
	out, err := exec.CommandContext(t.Context(), binary, "dev").CombinedOutput()
	if err == nil || !strings.Contains(string(out), `unknown command "dev"`) {
		t.Errorf("dev: %v\n%s", err, out)
	}
	serve := exec.CommandContext(t.Context(), binary, "serve")
	serve.Env = []string{}
	out, err = serve.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "DATABASE_URL is not set") {
		t.Errorf("serve without settings: %v\n%s", err, out)
	}
	out, err = exec.CommandContext(t.Context(), binary, "--help").CombinedOutput()
	if err != nil || strings.Contains(string(out), "dev ") || !strings.Contains(string(out), "  serve ") {
		t.Errorf("--help: %v\n%s", err, out)
	}
}

// make build is for production, make run is not.
func TestMakeBuildsForProduction(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]bool{"build": true, "run": false} {
		c := exec.CommandContext(t.Context(), "make", "--dry-run", target)
		c.Dir = repository
		out, err := c.CombinedOutput()
		if err != nil || strings.Contains(string(out), "-tags production") != want {
			t.Errorf("make %s: %v\n%s", target, err, out)
		}
	}
}
