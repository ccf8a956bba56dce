package usermanagementservice_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// Every test and file that docs/security.md names must exist.
func TestSecurityDocumentNamesWhatExists(t *testing.T) {
	t.Parallel()
	text := wantTests(t, "docs/security.md", 80)
	for _, match := range regexp.MustCompile("`([\\w./-]+)`").FindAllStringSubmatch(text, -1) {
		path := match[1]
		isPath := strings.Contains(path, "/") || strings.HasSuffix(path, ".mod") || strings.HasSuffix(path, ".yaml")
		if !isPath || strings.HasPrefix(path, "crypto/") { // a package of the standard library
			continue
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("docs/security.md names %s: no such file", path)
		}
	}
}

// Every test that docs/reliability.md names must exist.
func TestReliabilityDocumentNamesWhatExists(t *testing.T) {
	t.Parallel()
	wantTests(t, "docs/reliability.md", 14)
}

// wantTests returns the text of a document, and fails unless it names at least so many tests and each of them exists.
func wantTests(t *testing.T, document string, least int) string {
	t.Helper()
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]bool{}
	for _, name := range goFiles(t) {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`).FindAllStringSubmatch(string(source), -1) {
			tests[match[1]] = true
		}
	}
	named := regexp.MustCompile(`\bTest[A-Z]\w+`).FindAllString(string(text), -1)
	if len(named) < least {
		t.Errorf("%s names %d tests, want at least %d", document, len(named), least)
	}
	for _, name := range named {
		if !tests[name] {
			t.Errorf("%s names %s: no such test", document, name)
		}
	}
	return string(text)
}
