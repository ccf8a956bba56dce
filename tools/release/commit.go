package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// versionTag is a tag of a release, as Go and https://semver.org define it.
var versionTag = regexp.MustCompile(`^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`)

// checkTag returns an error unless the version is a tag of the commit that is checked out, the changelog has its section, and no file
// differs from the commit.
func checkTag(ctx context.Context, root, version string) error {
	if !versionTag.MatchString(version) {
		return fmt.Errorf("%q is no version like v1.2.3: tag the commit, and run this again", version)
	}
	tags, err := git(ctx, root, "tag", "--points-at", "HEAD", "--list", version)
	if err != nil {
		return err
	}
	if tags != version {
		return fmt.Errorf("the commit that is checked out has no tag %s", version)
	}
	changed, err := git(ctx, root, "status", "--porcelain")
	if err != nil {
		return err
	}
	if changed != "" {
		return fmt.Errorf("files differ from the commit:\n%s", changed)
	}
	changelog, err := os.ReadFile(filepath.Join(root, "CHANGELOG.md"))
	if err != nil {
		return err
	}
	section := "\n## [" + strings.TrimPrefix(version, "v") + "] - "
	if !strings.Contains(string(changelog), section) {
		return fmt.Errorf("CHANGELOG.md has no section %q with a date", strings.TrimSpace(section))
	}
	return nil
}

// lastCommit returns the commit that is checked out and its time, which everything in the release has.
func lastCommit(ctx context.Context, root string) (revision string, at time.Time, err error) {
	line, err := git(ctx, root, "log", "-1", "--format=%H %ct")
	if err != nil {
		return "", time.Time{}, err
	}
	revision, seconds, found := strings.Cut(line, " ")
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if !found || err != nil {
		return "", time.Time{}, errors.Join(fmt.Errorf("unexpected output of git log: %q", line), err)
	}
	return revision, time.Unix(unix, 0).UTC(), nil
}

// git returns the output of a command. The folder may belong to another user, as in a container of CI.
func git(ctx context.Context, root string, args ...string) (string, error) {
	absolute, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	c := exec.CommandContext(ctx, "git", append([]string{"-c", "safe.directory=" + absolute, "-C", absolute}, args...)...)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w", args[0], err)
	}
	return strings.TrimSpace(string(out)), nil
}
