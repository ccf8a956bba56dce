package main

import (
	"context"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/smtp"
	"github.com/siriusys/user-management-service/adapters/tink"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports/porttest/await"
)

// contents are the files below a folder.
func contents(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(folder), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(folder, path))
		files[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func newSecrets(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := run(t.Context(), []string{"secrets", folder}); err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestSecretsFitEachOther(t *testing.T) {
	t.Parallel()
	folder := newSecrets(t)
	files := contents(t, folder)
	u, err := url.Parse(files["service/database-url"])
	if err != nil {
		t.Fatal(err)
	}
	if password, _ := u.User.Password(); password == "" || password != files["postgres/password"] {
		t.Errorf("the password of the database URL is not that of PostgreSQL")
	}
	if _, err := smtp.ParseURL(files["service/smtp-url"]); err != nil {
		t.Error(err)
	}
	if _, err := tink.ReadFile(filepath.Join(folder, "service/keyset.json")); err != nil {
		t.Error(err)
	}
	if other := contents(t, newSecrets(t)); other["postgres/password"] == files["postgres/password"] {
		t.Error("two trials have the same password")
	}
}

// The second start finds the secrets of the first. A start that was killed before it wrote the keyset begins again.
func TestSecretsAreCreatedOnce(t *testing.T) {
	t.Parallel()
	folder := newSecrets(t)
	first := contents(t, folder)
	if err := createSecrets(folder); err != nil {
		t.Fatal(err)
	}
	for path, text := range contents(t, folder) {
		if first[path] != text {
			t.Errorf("%s changed", path)
		}
	}
	if err := os.Remove(filepath.Join(folder, "service/keyset.json")); err != nil {
		t.Fatal(err)
	}
	if err := createSecrets(folder); err != nil {
		t.Fatal(err)
	}
	if again := contents(t, folder); len(again) != len(first) || !strings.Contains(again["service/database-url"], again["postgres/password"]) {
		t.Errorf("after a kill there are %d secrets, want %d that fit", len(again), len(first))
	}
}

// The service trusts the certificate, and the email that it sends is shown.
func TestMailIsCaughtOverTLS(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	certificate, key, err := newCertificate("localhost", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"certificate.pem": certificate, "key.pem": key} {
		if err := replaceFile(filepath.Join(folder, name), text, 0o400); err != nil {
			t.Fatal(err)
		}
	}
	smtpAddr, httpAddr := freeAddress(t), freeAddress(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- catchMail(ctx, folder, smtpAddr, httpAddr) }()
	config, err := smtp.ParseURL("smtps://" + smtpAddr + "?ca=" + filepath.Join(folder, "certificate.pem"))
	if err != nil {
		t.Fatal(err)
	}
	mailer, err := smtp.New(config)
	if err != nil {
		t.Fatal(err)
	}
	to, err := domain.ParseEmail("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	message := domain.Message{ID: "1", Template: domain.MessagePasswordReset, To: to, At: time.Now(), Link: "https://a.example/#token=x"}
	await.Until(t, "an email is accepted", func() bool { return mailer.Send(ctx, message) == nil })
	resp, err := http.Get("http://" + httpAddr + "/dev/inbox/1")
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("the email is shown with %d, %v", resp.StatusCode, err)
	}
	stop()
	if err := await.For(t, "the end", ended); err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return "localhost:" + port
}

func TestUsageIsChecked(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"secrets"}, {"serve", "folder"}} {
		if run(t.Context(), args) == nil {
			t.Errorf("%q is accepted", args)
		}
	}
}
