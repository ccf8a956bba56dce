package usermanagementservice_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	changelogRelease = regexp.MustCompile(`^## \[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}$`)
	changelogKinds   = []string{"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
)

// The changelog has the form of https://keepachangelog.com/en/1.1.0/, on which `make release` relies.
func TestTheChangelogHasItsForm(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	if found := changelogViolations(string(text)); len(found) > 0 {
		t.Errorf("CHANGELOG.md: %q", found)
	}
}

func TestChangelogTestCatchesEachViolation(t *testing.T) {
	t.Parallel()
	const good = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- a\n\n## [1.2.3] - 2026-11-26\n\n### Fixed\n\n- b\n"
	for replaced, by := range map[string]string{
		"":               "",
		"# Changelog":    "# Changes",
		"[Unreleased]":   "Unreleased",
		"] - 2026-11-26": "]",
		"1.2.3":          "v1.2.3",
		"### Fixed":      "### Bugs",
		"- b\n":          "- b\n\n### Fixed\n",
	} {
		found := changelogViolations(strings.Replace(good, replaced, by, 1))
		if (len(found) > 0) != (replaced != "") {
			t.Errorf("%q for %q: %q", by, replaced, found)
		}
	}
}

// changelogViolations lists the headings of a changelog that have another form.
func changelogViolations(text string) (violations []string) {
	var kinds []string // of the current release
	releases := 0
	for i, line := range strings.Split(text, "\n") {
		switch {
		case i == 0 && line != "# Changelog":
			violations = append(violations, line)
		case strings.HasPrefix(line, "## "):
			if releases == 0 && line != "## [Unreleased]" || releases > 0 && !changelogRelease.MatchString(line) {
				violations = append(violations, line)
			}
			releases++
			kinds = nil
		case strings.HasPrefix(line, "### "):
			kind := line[len("### "):]
			if !slices.Contains(changelogKinds, kind) || slices.Contains(kinds, kind) {
				violations = append(violations, line)
			}
			kinds = append(kinds, kind)
		}
	}
	return violations
}
