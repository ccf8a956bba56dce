// Package db contains the schema as numbered migration files, and migrates databases to it.
package db

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
)

//go:embed migrations/*.sql
var files embed.FS

// embedded is the schema of this build.
var embedded = mustRead(files, "migrations")

// Version is the number of the newest embedded migration, which is the schema version of this build.
func Version() uint { return embedded.newest }

// Fingerprint identifies the embedded migrations by their names and content: 12 hexadecimal digits.
// Two builds with the same fingerprint create the same schema in an empty database.
func Fingerprint() string { return embedded.fingerprint }

// mustRead panics if a migration cannot be read: the files are compiled in, so only a broken build has such a file.
func mustRead(fsys fs.FS, dir string) migrations {
	set, err := readMigrations(fsys, dir)
	if err != nil {
		panic(err)
	}
	return set
}

func fingerprint(fsys fs.FS, dir string) (string, error) {
	names, err := fs.Glob(fsys, dir+"/*.sql")
	if err != nil {
		return "", fmt.Errorf("list migrations: %w", err)
	}
	hash := sha256.New()
	for _, name := range names {
		content, err := fs.ReadFile(fsys, name)
		if err != nil {
			return "", fmt.Errorf("read migration: %w", err)
		}
		fmt.Fprintf(hash, "%s %d\n", name, len(content))
		hash.Write(content)
	}
	return hex.EncodeToString(hash.Sum(nil))[:12], nil
}
