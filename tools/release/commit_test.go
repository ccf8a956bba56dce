package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// taggedRepository has one commit with a changelog, tagged v1.2.3.
func taggedRepository(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	write(t, root, "CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-11-26\n")
	for _, line := range []string{
		"init --quiet", "config user.name Test", "config user.email test@example.com", "config commit.gpgsign false",
		"config tag.gpgsign false", "add .", "commit --quiet --message=First", "tag v1.2.3",
	} {
		gitIn(t, root, strings.Fields(line)...)
	}
	return root
}

func gitIn(t *testing.T, root string, args ...string) string {
	t.Helper()
	out, err := git(t.Context(), root, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func write(t *testing.T, root, file, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(root, file), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOnlyATaggedAndDescribedCommitIsReleased(t *testing.T) {
	t.Parallel()
	root := taggedRepository(t)
	check := func(version, want string) {
		t.Helper()
		err := checkTag(t.Context(), root, version)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", version, err, want)
		}
	}
	check("v1.2.3", "")
	for _, version := range []string{"1.2.3", "v1.2", "abc1234", "v1.2.3;x", "v1.2.3-"} {
		check(version, "is no version")
	}
	check("v1.2.4", "has no tag v1.2.4")
	gitIn(t, root, "tag", "v1.3.0")
	check("v1.3.0", "CHANGELOG.md has no section")
	write(t, root, "new", "")
	check("v1.2.3", "files differ from the commit")
	gitIn(t, root, "add", ".")
	gitIn(t, root, "commit", "--quiet", "--message=Second")
	check("v1.2.3", "has no tag v1.2.3")
}

func TestTheRevisionAndTheTimeAreThoseOfTheCommit(t *testing.T) {
	t.Parallel()
	root := taggedRepository(t)
	revision, at, err := lastCommit(t.Context(), root)
	if err != nil || revision != gitIn(t, root, "rev-parse", "HEAD") {
		t.Errorf("%s, %v", revision, err)
	}
	if want, err := time.Parse(time.RFC3339, gitIn(t, root, "log", "-1", "--format=%cI")); err != nil || !at.Equal(want) {
		t.Errorf("%s, want %s, %v", at, want, err)
	}
	if _, _, err := lastCommit(t.Context(), t.TempDir()); err == nil {
		t.Error("a folder without commits has a revision")
	}
}

func TestARefusedVersionBuildsNothing(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "dist")
	for _, args := range [][]string{
		{"-tagged", "-version", "v9.9.9"}, {}, {"-version", "v1", "-vendored", "x"}, {"-version", "v1", "-root", t.TempDir()},
	} {
		if err := run(t.Context(), append(args, "-out", out)); err == nil {
			t.Errorf("%q: no error", args)
		}
		if _, err := os.Stat(out); !os.IsNotExist(err) {
			t.Errorf("%q: %v", args, err)
		}
	}
}
