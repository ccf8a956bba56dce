//go:build faults

package faults

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
)

// repository is the root of the project, as seen from the folder of the tests.
const repository = "../../.."

// lastRelease is the line of the changelog that names the revision from which upgrades are tested.
var lastRelease = regexp.MustCompile("(?m)^Upgrades are tested from `([0-9a-z.-]+)`")

// expansions are what migrations may do: each adds to one table, and leaves what the last release uses. They make the test migrate also
// while this build has no newer migration than the last release.
var expansions = []string{
	"ALTER TABLE users ADD COLUMN next_release text;\n",
	"ALTER TABLE sessions ADD COLUMN next_release bigint NOT NULL DEFAULT 0;\n",
	"CREATE TABLE next_release (user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE);\n",
	"-- no transaction\nDROP INDEX CONCURRENTLY IF EXISTS users_next_release;\n" +
		"CREATE INDEX CONCURRENTLY users_next_release ON users (next_release);\n",
}

// releases are the program of the last release, and that of the next one: this build with further migrations.
type releases struct{ last, next string }

// buildReleases builds both programs once, since a build takes seconds.
func buildReleases(t *testing.T) releases {
	t.Helper()
	built, err := builtReleases()
	if err != nil {
		t.Fatal(err)
	}
	return built
}

var builtReleases = sync.OnceValues(func() (releases, error) {
	dir := filepath.Dir(program)
	r := releases{last: filepath.Join(dir, "last-release"), next: filepath.Join(dir, "next-release")}
	if err := buildLast(r.last, filepath.Join(dir, "last-release-source")); err != nil {
		return releases{}, err
	}
	return r, buildNext(r.next, dir)
})

func buildLast(to, source string) error {
	changelog, err := os.ReadFile(filepath.Join(repository, "CHANGELOG.md"))
	if err != nil {
		return err
	}
	found := lastRelease.FindSubmatch(changelog)
	if found == nil {
		return fmt.Errorf("no line of CHANGELOG.md matches %q", lastRelease)
	}
	revision := string(found[1])
	archive, err := gitArchive(revision)
	if err != nil {
		return fmt.Errorf("this test builds the last release, %s, from git: %w\n"+
			"Run it in a clone that has this revision: git fetch --tags origin %s, or git fetch --unshallow", revision, err, revision)
	}
	if err := os.Mkdir(source, 0o755); err != nil { //nolint:gosec // of a temporary folder
		return err
	}
	unpack := exec.Command("tar", "-x", "-C", source)
	unpack.Stdin = bytes.NewReader(archive)
	if out, err := unpack.CombinedOutput(); err != nil {
		return fmt.Errorf("unpack the last release: %w: %s", err, out)
	}
	return build(source, to)
}

// gitArchive returns the files of a revision. The folder may belong to another user, as in a container of CI.
func gitArchive(revision string) ([]byte, error) {
	root, err := filepath.Abs(repository)
	if err != nil {
		return nil, err
	}
	archive := exec.Command("git", "-c", "safe.directory="+root, "-C", root, "archive", revision)
	var problem bytes.Buffer
	archive.Stderr = &problem
	files, err := archive.Output()
	if err != nil {
		return nil, fmt.Errorf("git archive: %w: %s", err, bytes.TrimSpace(problem.Bytes()))
	}
	return files, nil
}

// buildNext builds the files of this checkout with further migrations, which exist only for the compiler.
func buildNext(to, dir string) error {
	migrations, err := filepath.Abs(filepath.Join(repository, "db", "migrations"))
	if err != nil {
		return err
	}
	files, err := os.ReadDir(migrations)
	if err != nil {
		return err
	}
	added := map[string]string{} // the file with the content of each migration
	for i, expansion := range expansions {
		name := fmt.Sprintf("%04d_next_release.up.sql", len(files)+1+i)
		content := filepath.Join(dir, name)
		added[filepath.Join(migrations, name)] = content
		if err := os.WriteFile(content, []byte(expansion), 0o600); err != nil {
			return err
		}
	}
	overlay := filepath.Join(dir, "overlay.json")
	replace, err := json.Marshal(map[string]any{"Replace": added})
	if err != nil {
		return err
	}
	if err := os.WriteFile(overlay, replace, 0o600); err != nil {
		return err
	}
	return build(repository, to, "-overlay", overlay)
}

func build(source, to string, flags ...string) error {
	args := append([]string{"build", "-buildvcs=false", "-o", to}, flags...)
	cmd := exec.Command("go", append(args, "./cmd/user-management-service")...)
	cmd.Dir = source
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", filepath.Base(to), err, out)
	}
	return nil
}
