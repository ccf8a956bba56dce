package usermanagementservice_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// docs/security.md names tests and files; none of them may be made up, or gone.
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
		t.Errorf("names %d tests only", len(named))
	}
	for _, name := range named {
		if !tests[name] {
			t.Errorf("there is no test %s", name)
		}
	}
	for _, match := range regexp.MustCompile("`([\\w./-]+)`").FindAllStringSubmatch(string(text), -1) {
		path := match[1]
		if !strings.Contains(path, "/") && !strings.HasSuffix(path, ".mod") && !strings.HasSuffix(path, ".yaml") || strings.HasPrefix(path, "crypto/") {
			continue
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("there is no file %s", path)
		}
	}
}
