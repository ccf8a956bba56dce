package main

import (
	"context"
	"encoding/json"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/adapters/tink"
	"github.com/siriusys/user-management-service/ports/porttest/await"
)

// repository is the root of the repository as this package's tests see it.
const repository = "../.."

// page is what a documentation page with shell blocks needs and prints.
type page struct {
	// setup runs before the page's own commands.
	setup string
	// prints are parts of what the commands print.
	prints []string
	// elsewhere is the test, or the target of make, that runs the commands instead, with steps between them.
	elsewhere string
	// readsLog is set if the commands read the log of a service from the journal. One then runs, and has served a request.
	readsLog bool
}

// pages are the pages with shell blocks. Every shell block is on one of them.
func pages() map[string]page {
	return map[string]page{
		"README.md": {prints: []string{"202 Accepted"}},
		"docs/integrating.md": {prints: []string{
			`"FR-BRE"`, `"invalid_access_token"`, `"invalid_credentials"`, `"kty":"OKP"`, `{"active":true,`, `{"active":false}`,
			`"revocations":[{`, `"events":[{`,
		}},
		"docs/operations.md": {prints: []string{
			"up to date", " 203.0.113.66/32", "user_management_audit_breaks_total 0", "orders:", "1 imported", `"access_token"`,
		}},
		"docs/keys.md": {prints: []string{"created keyset.json", "ACTIVE FROM", "removed "}},
		drillPage:      {elsewhere: "TestRestoreDrill"},
		patroniPage:    {elsewhere: "TestPatroniLosesNothingAcknowledged"},
		"docs/runbook.md": {readsLog: true, prints: []string{
			`"route":"/livez"`, `"level":"ERROR"`, "wait_event_type", "0 findings", "usename", `"client":"`, " 203.0.113.66/32",
		}},
		// A re-encryption records an event and extends the chain, so that there is a checkpoint.
		"docs/audit.md": {
			setup:  "user-management-service keys create keyset.json\nuser-management-service keys re-encrypt\n",
			prints: []string{"1:", "unproven: ", "mac:"},
		},
		"docs/compose.md": {elsewhere: "test-compose"},
	}
}

var shellBlock = regexp.MustCompile("(?ms)^ *```sh\n(.*?)^ *```$")

// Each page's shell blocks run in their order, in an empty folder, with this program as user-management-service. A page that
// calls the service gets one; the others get a database without one. Targets of make are looked up, not run.
func TestShellBlocksOfTheDocumentationRun(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"bash", "curl", "make", "awk"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("this test runs the commands of the documentation and needs %s: install it", tool)
		}
	}
	known := pages()
	for name, text := range documentation(t) {
		script := ""
		for _, block := range shellBlock.FindAllStringSubmatch(text, -1) {
			script += block[1]
		}
		p, isKnown := known[name]
		if isKnown != (script != "") {
			t.Errorf("%s: has shell blocks: %v, is listed in this test: %v", name, script != "", isKnown)
		}
		if script == "" || p.elsewhere != "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			printed := runShell(t, p, script)
			for _, want := range p.prints {
				if !strings.Contains(printed, want) {
					t.Errorf("the commands never printed %s:\n%s", want, printed)
				}
			}
		})
	}
}

// runShell runs a page's commands and returns what they print.
func runShell(t *testing.T, p page, script string) string {
	t.Helper()
	dir, databaseURL := t.TempDir(), pgtest.New(t)
	keysetFile, commands := filepath.Join(dir, "keyset.json"), pageCommands(t)
	script = p.setup + script
	if p.readsLog || strings.Contains(script, "http://localhost:8080") {
		s, addresses := startForPage(t, databaseURL, keysetFile)
		script = addresses.Replace(script)
		if p.readsLog {
			s.writeJournal(t, dir, commands)
		}
	}
	// A stream is read long enough for a busy machine.
	script = strings.ReplaceAll(script, "--max-time 2", "--max-time 10")
	bash := exec.CommandContext(await.Context(t), "bash", "-c", "set -euo pipefail\n"+script)
	bash.Dir = dir
	path := strings.Join([]string{commands, pgtest.Programs(t), os.Getenv("PATH")}, string(os.PathListSeparator))
	bash.Env = append(os.Environ(), "PATH="+path, "DATABASE_URL="+databaseURL, "KEYSET_FILE="+keysetFile)
	out, err := bash.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// startForPage runs a service with its keyset in a file, and returns it with what replaces the addresses of the documentation.
func startForPage(t *testing.T, databaseURL, keysetFile string) (*service, *strings.Replacer) {
	t.Helper()
	inbox := newInbox(t)
	admin, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	keyset := devKeyset(t)
	if err := tink.WriteFile(keysetFile, keyset); err != nil {
		t.Fatal(err)
	}
	s := startWith(t, databaseURL, keyset, inbox, nil, func(c *Config) { c.AdminListener = admin })
	return s, strings.NewReplacer("http://localhost:8080", s.url, "http://127.0.0.1:6060", "http://"+admin.Addr().String())
}

// writeJournal makes journalctl print the service's log: of a request with the id that the runbook looks for, of an extension of the audit
// chain, whose lines are anchors, and an error, which the service has no reason to log.
func (s *service) writeJournal(t *testing.T, dir, commands string) {
	t.Helper()
	s.do(t, request{
		method: http.MethodGet, path: "/livez", header: http.Header{"X-Request-Id": {"01a217d5-3e30-769e-8129-b9b4a550b57d"}},
	})
	s.user(t, "ada@example.com")
	s.requestExtension(t)
	eventually(t, "an extension of the audit chain", func() bool { return strings.Contains(s.log.String(), "audit chain extended") })
	const failure = `{"level":"ERROR","msg":"request failed","error":"made up by the test"}` + "\n"
	log := filepath.Join(dir, "anchors.log")
	if err := os.WriteFile(log, []byte(s.log.String()+failure), 0o600); err != nil {
		t.Fatal(err)
	}
	journal := "#!/bin/sh\nexec cat '" + log + "'\n"
	if err := os.WriteFile(filepath.Join(commands, "journalctl"), []byte(journal), 0o700); err != nil { //nolint:gosec // it must be executable
		t.Fatal(err)
	}
}

// pageCommands is a folder with the commands of the documentation that are not the system's own.
func pageCommands(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs(repository)
	if err != nil {
		t.Fatal(err)
	}
	realMake, err := exec.LookPath("make")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, script := range map[string]string{
		"user-management-service": asProgram + `=1 exec "` + self + `" "$@"`,
		"make":                    `unset MAKEFLAGS MFLAGS MAKELEVEL; exec "` + realMake + `" --dry-run -C "` + root + `" "$@"`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// documentation returns the text of each page, by its path below the root.
func documentation(t *testing.T) map[string]string {
	t.Helper()
	return repositoryFiles(t, ".md")
}

// repositoryFiles returns the texts of the files whose names have an ending, without those of others and what is built.
func repositoryFiles(t *testing.T, ending string) map[string]string {
	t.Helper()
	skipped := map[string]bool{"node_modules": true, "testdata": true, "dist": true, "bin": true}
	texts := map[string]string{}
	err := fs.WalkDir(os.DirFS(repository), ".", func(path string, entry fs.DirEntry, err error) error {
		switch name := entry.Name(); {
		case err != nil:
			return err
		case entry.IsDir() && (skipped[name] || strings.HasPrefix(name, ".") && name != "."):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ending):
			return nil
		}
		text, err := os.ReadFile(filepath.Join(repository, path))
		texts[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

var (
	pageLink    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	pageHeading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	notInAnchor = regexp.MustCompile("[^a-z0-9 -]")
)

// A link names a file of the repository, and a heading of it if it has a fragment.
func TestLinksOfTheDocumentationResolve(t *testing.T) {
	t.Parallel()
	texts := documentation(t)
	for name, text := range texts {
		for _, match := range pageLink.FindAllStringSubmatch(text, -1) {
			link := match[1]
			if strings.Contains(link, "://") {
				continue
			}
			path, fragment, _ := strings.Cut(link, "#")
			target := name
			if path != "" {
				target = filepath.ToSlash(filepath.Join(filepath.Dir(name), path))
			}
			if _, err := os.Stat(filepath.Join(repository, target)); err != nil {
				t.Errorf("%s links to %s, which does not exist", name, link)
				continue
			}
			if fragment != "" && !hasAnchor(texts[target], fragment) {
				t.Errorf("%s links to %s, but no heading there has that name", name, link)
			}
		}
	}
}

// hasAnchor reports whether a heading of a page has the anchor that GitHub gives it.
func hasAnchor(text, anchor string) bool {
	for _, match := range pageHeading.FindAllStringSubmatch(text, -1) {
		plain := notInAnchor.ReplaceAllString(strings.ToLower(match[1]), "")
		if strings.ReplaceAll(plain, " ", "-") == anchor {
			return true
		}
	}
	return false
}

// inboxJSON reads /dev/inbox as a program does.
func (s *service) inboxJSON(t *testing.T, into any) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, s.url+"/dev/inbox", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		t.Fatal(err)
	}
}
