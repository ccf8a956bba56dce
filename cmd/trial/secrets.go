package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/siriusys/user-management-service/adapters/tink"
)

// The folders of the secrets: one for each reader, so that each sees only its own.
const (
	ofService  = "service"
	ofPostgres = "postgres"
	ofMail     = "mail"
)

// The names of compose.yaml: its containers, the database with its role, and the folder where the service finds its secrets.
const (
	databaseHost = "postgres:5432"
	database     = "accounts"
	mailHost     = "mail"
	mounted      = "/run/secrets/"
)

// createSecrets creates what is secret in compose.yaml. It does nothing if the keyset exists, which it writes last.
func createSecrets(folder string) error {
	keysetFile := filepath.Join(folder, ofService, "keyset.json")
	if _, err := os.Stat(keysetFile); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	certificate, key, err := newCertificate(mailHost, time.Now())
	if err != nil {
		return err
	}
	password := rand.Text()
	for _, f := range []struct {
		folder, name, content string
		mode                  os.FileMode
	}{
		{ofService, "database-url", "postgres://" + database + ":" + password + "@" + databaseHost + "/" + database + "?sslmode=disable", 0o400},
		{ofService, "smtp-url", "smtps://" + mailHost + ":8465?ca=" + mounted + "mail-ca.pem", 0o400},
		{ofService, "mail-ca.pem", certificate, 0o400},
		{ofMail, "certificate.pem", certificate, 0o400},
		{ofMail, "key.pem", key, 0o400},
		// The user of PostgreSQL's image has another id.
		{ofPostgres, "password", password, 0o444},
	} {
		if err := replaceFile(filepath.Join(folder, f.folder, f.name), f.content, f.mode); err != nil {
			return err
		}
	}
	keyset, err := tink.Generate(false, time.Now())
	if err != nil {
		return fmt.Errorf("create a keyset: %w", err)
	}
	return tink.WriteFile(keysetFile, keyset)
}

// replaceFile writes a file whose mode may forbid its owner to write.
func replaceFile(path, content string, mode os.FileMode) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // the modes of the files protect them
		return err
	}
	return os.WriteFile(path, []byte(content), mode)
}
