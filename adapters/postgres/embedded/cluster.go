package embedded

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// initCluster creates the database files under another name and renames them when they are complete, so that an interrupted
// start leaves no incomplete database.
func initCluster(ctx context.Context, home home, binaries binaries) error {
	secret := rand.Text()
	if err := os.WriteFile(filepath.Join(home.dir, "password"), []byte(secret+"\n"), 0o600); err != nil {
		return fmt.Errorf("save the database password: %w", err)
	}
	unfinished := home.data() + ".new"
	passwordFile := filepath.Join(home.files, "initdb-password")
	if err := os.WriteFile(passwordFile, []byte(secret), 0o600); err != nil {
		return fmt.Errorf("pass the password to initdb: %w", err)
	}
	defer os.Remove(passwordFile)
	if err := home.account.own(passwordFile); err != nil {
		return fmt.Errorf("pass the password to initdb: %w", err)
	}
	// C.UTF-8 sorts like C and knows the case of every letter. Systems without it use C.
	output, err := initDB(ctx, home, binaries, unfinished, passwordFile, "C.UTF-8")
	if err != nil && strings.Contains(output, "locale") {
		output, err = initDB(ctx, home, binaries, unfinished, passwordFile, "C")
	}
	if err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, output)
	}
	if err := os.Rename(unfinished, home.data()); err != nil {
		return fmt.Errorf("create the database files: %w", err)
	}
	return nil
}

func initDB(ctx context.Context, home home, binaries binaries, data, passwordFile, locale string) (string, error) {
	if err := os.RemoveAll(data); err != nil {
		return "", err
	}
	if err := os.Mkdir(data, 0o700); err != nil {
		return "", err
	}
	if err := home.account.own(data); err != nil {
		return "", err
	}
	output, err := home.account.command(ctx, binaries.program("initdb"),
		"--pgdata="+data, "--username="+superuser, "--pwfile="+passwordFile,
		"--auth-host=scram-sha-256", "--auth-local=scram-sha-256", "--encoding=UTF8", "--locale="+locale, "--no-sync").CombinedOutput()
	return strings.TrimSpace(string(output)), err
}
