package embedded

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// oldestMajor is the first PostgreSQL with every feature that the schema and the tests use.
const oldestMajor = 15

// binaries is an installation of the PostgreSQL programs.
type binaries struct {
	dir   string
	major int
}

func (b binaries) program(name string) string { return filepath.Join(b.dir, name) }

// installations are the folders where packages install the programs. PATH and pg_config come first.
var installations = []string{
	"/usr/lib/postgresql/*/bin",         // Debian, Ubuntu
	"/usr/lib/postgresql*/bin",          // Alpine, openSUSE
	"/usr/libexec/postgresql*",          // Alpine
	"/usr/pgsql-*/bin",                  // postgresql.org's packages for RHEL and Fedora
	"/opt/homebrew/opt/postgresql*/bin", // Homebrew on Apple silicon
	"/usr/local/opt/postgresql*/bin",    // Homebrew on Intel
	"/Applications/Postgres.app/Contents/Versions/*/bin",
}

// findBinaries prefers an installation of the wanted major version (0: any), then the order of candidates. If no usable
// installation exists, it downloads the programs.
func findBinaries(ctx context.Context, account account, wanted int, logger *slog.Logger) (binaries, error) {
	var found []binaries
	for _, dir := range candidates(ctx) {
		if ok, err := account.canEnter(dir); err != nil || !ok {
			continue
		}
		if major, err := versionOf(ctx, account, dir); err == nil && major >= oldestMajor {
			if major == wanted || wanted == 0 {
				return binaries{dir: dir, major: major}, nil
			}
			found = append(found, binaries{dir: dir, major: major})
		}
	}
	if len(found) > 0 {
		return found[0], nil
	}
	return fetchBinaries(ctx, account, logger)
}

// candidates are the folders that contain postgres and initdb: PATH, pg_config, then installations, newest first.
func candidates(ctx context.Context) []string {
	var dirs []string
	add := func(dir string) {
		// The programs find their libraries relative to their own path, so follow symbolic links.
		program, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"))
		if err != nil {
			return
		}
		dir = filepath.Dir(program)
		if _, err := os.Stat(filepath.Join(dir, "initdb")); err == nil && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		add(dir)
	}
	if output, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		add(strings.TrimSpace(string(output)))
	}
	for _, pattern := range installations {
		// The patterns are constants and valid, so there is no error.
		matches, _ := filepath.Glob(pattern)
		slices.SortFunc(matches, func(a, b string) int { return cmp.Compare(number(b), number(a)) })
		for _, dir := range matches {
			add(dir)
		}
	}
	return dirs
}

var digits = regexp.MustCompile(`\d+`)

// number is the first number in a path: compared as numbers, 17 is newer than 9.
func number(path string) int {
	value, _ := strconv.Atoi(digits.FindString(path))
	return value
}

// versionOf runs the program, which prints "postgres (PostgreSQL) 17.2 (Debian 17.2-1)" or "... 18beta1".
func versionOf(ctx context.Context, account account, dir string) (int, error) {
	output, err := account.command(ctx, filepath.Join(dir, "postgres"), "--version").Output()
	if err != nil {
		return 0, err
	}
	_, version, ok := strings.Cut(string(output), "(PostgreSQL) ")
	if !ok {
		return 0, fmt.Errorf("%s/postgres: unknown version %q", dir, output)
	}
	return number(version), nil
}
