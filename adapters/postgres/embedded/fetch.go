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

// fetchedVersion is the version to download where no PostgreSQL is installed.
const fetchedVersion = fetcher.V17

const installHint = "install PostgreSQL 15 or later (Debian and Ubuntu: apt-get install postgresql; " +
	"Fedora: dnf install postgresql-server; Alpine: apk add postgresql; macOS: brew install postgresql@17), " +
	"or set DATABASE_URL (for tests TEST_DATABASE_URL) to the URL of a running server"

// fetchBinaries downloads the programs once, from Maven Central, into the user's cache folder. The download must have the digest
// that this package knows.
func fetchBinaries(ctx context.Context, account account, logger *slog.Logger) (binaries, error) {
	cache, err := cacheDir(account)
	if err != nil {
		return binaries{}, fmt.Errorf("no PostgreSQL programs are installed: %w; %s", err, installHint)
	}
	return fetchInto(ctx, cache, mavenCentral, knownDigest, account, logger)
}

// fetchInto downloads from the Maven repository at the URL what has the digest of its file's name.
func fetchInto(
	ctx context.Context, cache, repository string, digest func(file string) string, account account, logger *slog.Logger,
) (binaries, error) {
	root := filepath.Join(cache, "verified-postgres-"+string(fetchedVersion)) // earlier versions of this program did not verify
	dir := filepath.Join(root, "bin")
	major, err := versionOf(ctx, account, dir)
	if err == nil {
		return binaries{dir: dir, major: major}, nil
	}
	logger.InfoContext(ctx, "PostgreSQL programs not installed, download started", "version", string(fetchedVersion), "into", root)
	fetched := make(chan error, 1)
	go func() { fetched <- unpack(ctx, cache, repository, digest, root) }()
	select {
	case err = <-fetched:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if major, versionErr := versionOf(ctx, account, dir); versionErr == nil {
		return binaries{dir: dir, major: major}, nil
	}
	return binaries{}, fmt.Errorf("no PostgreSQL programs are installed and the download failed: %w; %s", err, installHint)
}

// unpack uses the library only to download and unpack. The library has no function for that, so unpack calls its Start with an
// encoding that does not exist: Start unpacks the programs, initdb then fails, and no server starts.
func unpack(ctx context.Context, cache, repository string, digest func(file string) string, root string) (err error) {
	scratch, err := os.MkdirTemp(cache, "unpack-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	verified, err := startVerified(ctx, repository, digest)
	if err != nil {
		return err
	}
	defer func() {
		if refused := verified.close(); refused != nil {
			err = refused // the library only knows that it got nothing
		}
	}()
	config := fetcher.DefaultConfig().Version(fetchedVersion).CachePath(scratch).BinariesPath(root).BinaryRepositoryURL(verified.url).
		RuntimePath(filepath.Join(scratch, "runtime")).DataPath(filepath.Join(scratch, "data")).
		Port(0).Encoding("none: unpack only").Logger(io.Discard)
	return fetcher.NewDatabase(config).Start()
}

// cacheDir is a folder for the programs; the account can enter it.
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
