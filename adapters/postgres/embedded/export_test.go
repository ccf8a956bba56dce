package embedded

import (
	"context"
	"log/slog"
	"time"
)

// Abandon unlocks the folder, as the death of its owner does, but leaves server and watchdog running.
func (s *Server) Abandon() error { return s.home.lock.Close() }

// Data is the folder of the database files.
func (s *Server) Data() string { return s.home.data() }

// KnownDigest is that of a file of Maven Central.
var KnownDigest = knownDigest

// FetchedVersion is the version to download.
const FetchedVersion = string(fetchedVersion)

// Fetch downloads the programs from a Maven repository and returns their folder.
func Fetch(ctx context.Context, cache, repository string, digest func(file string) string) (string, error) {
	fetched, err := fetchInto(ctx, cache, repository, digest, account{}, slog.New(slog.DiscardHandler))
	return fetched.dir, err
}

// Sweep removes orphaned database files from the folder, as of the given time.
func Sweep(outside string, now time.Time) {
	sweep(outside, now, slog.New(slog.DiscardHandler))
}

// WriteOrigin marks the folder files as belonging to dir.
func WriteOrigin(files, dir string) error { return writeOrigin(files, dir) }
