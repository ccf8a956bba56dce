package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

func TestURLsWithPasswordsMayBeInFiles(t *testing.T) {
	t.Parallel()
	const first, second = "postgres://u:secret@db.example.com/accounts", "smtps://u:secret@mail.example.com"
	dir := t.TempDir()
	database, smtp := filepath.Join(dir, "database"), filepath.Join(dir, "smtp")
	write(t, database, []byte(first+"\r\n"))
	write(t, smtp, []byte(second))
	s, err := readSettings(map[string]string{"DATABASE_URL_FILE": database, "SMTP_URL_FILE": smtp})
	if err != nil || s.DatabaseURL != first || s.SMTPURL != second {
		t.Errorf("%q, %q, %v", s.DatabaseURL, s.SMTPURL, err)
	}
	empty, lines := filepath.Join(dir, "empty"), filepath.Join(dir, "lines")
	write(t, empty, []byte("\n"))
	write(t, lines, []byte(first+"\n"+first+"\n"))
	for _, name := range []string{"DATABASE_URL", "DATABASE_DIRECT_URL", "SMTP_URL"} {
		for _, c := range []struct {
			want    string
			environ map[string]string
		}{
			{"are both set: keep one", map[string]string{name: first, name + "_FILE": database}},
			{"no such file", map[string]string{name + "_FILE": filepath.Join(dir, "none")}},
			{"must contain one line", map[string]string{name + "_FILE": empty}},
			{"must contain one line", map[string]string{name + "_FILE": lines}},
		} {
			_, err := readSettings(c.environ)
			text := fmt.Sprint(err)
			if err == nil || !strings.Contains(text, c.want) || !strings.Contains(text, name) || strings.Contains(text, "secret") {
				t.Errorf("%v: %v, want %q", c.environ, err, c.want)
			}
		}
	}
}

func TestCommandsReadTheDatabaseURLFromAFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "url")
	write(t, file, []byte(pgtest.Empty(t)+"\n"))
	if out, err := run(t, map[string]string{"DATABASE_URL_FILE": file}, "migrate"); err != nil || !strings.Contains(out, "up to date") {
		t.Errorf("%v: %s", err, out)
	}
}
