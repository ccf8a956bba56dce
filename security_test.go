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
	text, err := os.ReadFile("docs/security.md")
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
	if len(named) < 80 {
		t.Errorf("docs/security.md names %d tests, want at least 80", len(named))
	}
	for _, name := range named {
		if !tests[name] {
			t.Errorf("docs/security.md names %s: no such test", name)
		}
	}
	for _, match := range regexp.MustCompile("`([\\w./-]+)`").FindAllStringSubmatch(string(text), -1) {
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
