package main

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The page's patches apply to this tree, and what they make builds and passes its tests.
func TestAddingAUseCase(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(repository + "/docs/adding-a-use-case.md")
	if err != nil {
		t.Fatal(err)
	}
	tree := copyOfTheTree(t)
	patches := fencedBlocks(string(page), "diff")
	if len(patches) > 6 {
		t.Errorf("the page touches %d files; the worked example must stay at 6 or fewer", len(patches))
	}
	for _, patch := range patches {
		applyIn(t, tree, patch)
	}
	runIn(t, tree, "tools/generate", "always", "handlers")
	runIn(t, tree, "go", "vet", "./...")
	runIn(t, tree, "go", "test", "./app", "./adapters/httpapi")
	runIn(t, tree, "go", "test", "-run", "TestEveryResponseOfTheContractOccurs", "./cmd/user-management-service")
}

// applyIn applies a patch of the page. One line of context suffices, so that changes nearby do not invalidate the page.
func applyIn(t *testing.T, tree, patch string) {
	t.Helper()
	command := exec.CommandContext(context.Background(), "git", "apply", "--recount", "-C1", "-")
	command.Dir, command.Stdin = tree, strings.NewReader(patch)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("a patch of docs/adding-a-use-case.md no longer applies: copy the lines around the change from the file "+
			"into the page: %v\n%s", err, out)
	}
}

// fencedBlocks returns the contents of a page's code blocks in a language.
func fencedBlocks(page, language string) []string {
	var blocks []string
	for _, rest := range strings.Split(page, "\n```"+language+"\n")[1:] {
		block, _, _ := strings.Cut(rest, "\n```\n")
		blocks = append(blocks, block+"\n")
	}
	return blocks
}

// copyOfTheTree copies the repository without its history, its data and what was built. The built tools are linked.
func copyOfTheTree(t *testing.T) string {
	t.Helper()
	tree := t.TempDir()
	err := filepath.WalkDir(repository, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := filepath.Join(tree, strings.TrimPrefix(name, repository))
		switch {
		case entry.IsDir() && slices.Contains([]string{".git", ".data", "bin"}, entry.Name()):
			return filepath.SkipDir
		case entry.IsDir():
			return os.MkdirAll(to, 0o755)
		case strings.HasPrefix(name, repository+"/.tools/"):
			return os.Link(name, to)
		default:
			return copyFile(name, to, entry)
		}
	})
	if err != nil {
		t.Fatalf("copy the tree: %v", err)
	}
	return tree
}

func copyFile(from, to string, entry fs.DirEntry) error {
	info, err := entry.Info()
	if err != nil {
		return err
	}
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, info.Mode())
}

// runIn runs a command in a folder.
func runIn(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	command := exec.CommandContext(context.Background(), name, args...)
	command.Dir = dir
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}
