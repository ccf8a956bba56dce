package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/adapters/tink"
)

func run(t *testing.T, environ map[string]string, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := program{environ: environ, out: &out, errOut: &out}.run(context.Background(), args)
	return out.String(), err
}

func TestServeRefusesToStartAndNamesEveryReason(t *testing.T) {
	t.Parallel()
	development := filepath.Join(t.TempDir(), "development.json")
	if err := tink.WriteFile(development, devKeyset(t)); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		environ map[string]string
		names   []string
	}{
		"nothing set": {map[string]string{}, []string{"DATABASE_URL", "SMTP_URL", "PUBLIC_URL", "KEYSET_FILE"}},
		"a development keyset": {
			map[string]string{"DATABASE_URL": "postgres://db/x", "SMTP_URL": "smtps://mail", "PUBLIC_URL": "https://example.com", "KEYSET_FILE": development},
			[]string{"KEYSET_FILE was made for development"},
		},
		"a keyset that is none": {map[string]string{"KEYSET": "{}"}, []string{"KEYSET: the keyset's member aead"}},
		"two keysets":           {map[string]string{"KEYSET": "{}", "KEYSET_FILE": "x"}, []string{"KEYSET_FILE and KEYSET are both set"}},
		"a missing keyset":      {map[string]string{"KEYSET_FILE": filepath.Join(t.TempDir(), "none.json")}, []string{"KEYSET_FILE"}},
		"a public URL in clear": {map[string]string{"PUBLIC_URL": "http://accounts.example.com"}, []string{"PUBLIC_URL must be an https URL"}},
		"values out of bounds": {
			map[string]string{"PASSWORD_MIN_LENGTH": "7", "ACCESS_TOKEN_LIFETIME": "1s", "SIGNING_KEY_LIFETIME": "59m", "SESSION_IDLE": "1s", "SESSION_ABSOLUTE": "0s", "TERMINATION_GRACE": "2161h", "ARGON2_MEMORY_KIB": "1", "ARGON2_TIME": "0", "ARGON2_IMPLEMENTATION": "sse2", "HASH_QUEUE": "0", "MAIL_WORKERS": "0", "LOG_FORMAT": "xml", "TRUSTED_PROXIES": "10.0.0.1, proxy"},
			[]string{"PASSWORD_MIN_LENGTH", "ACCESS_TOKEN_LIFETIME", "SIGNING_KEY_LIFETIME", "SESSION_IDLE", "SESSION_ABSOLUTE", "TERMINATION_GRACE", "ARGON2_MEMORY_KIB", "ARGON2_TIME", "ARGON2_IMPLEMENTATION: must be one of auto, avx512, avx2, generic", "HASH_QUEUE", "MAIL_WORKERS", "LOG_FORMAT", `TRUSTED_PROXIES: "proxy"`},
		},
		"a certificate without its key":       {map[string]string{"TLS_CERT_FILE": "cert.pem"}, []string{"TLS_KEY_FILE is not set"}},
		"a key without its certificate":       {map[string]string{"TLS_KEY_FILE": "key.pem"}, []string{"TLS_CERT_FILE is not set"}},
		"an admin address that clients reach": {map[string]string{"HTTP_ADDR": ":8080", "ADMIN_ADDR": "127.0.0.1:8080"}, []string{"ADMIN_ADDR must have another port than HTTP_ADDR"}},
		"an admin address without port":       {map[string]string{"ADMIN_ADDR": "127.0.0.1"}, []string{"ADMIN_ADDR"}},
		"origins that are none":               {map[string]string{"CORS_ALLOWED_ORIGINS": "https://a.example.com,*"}, []string{`CORS_ALLOWED_ORIGINS: "*"`}},
		"values of the wrong type":            {map[string]string{"PASSWORD_MIN_LENGTH": "many", "SESSION_IDLE": "long"}, []string{"PasswordMinLength", "SessionIdle"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := run(t, tt.environ, "serve")
			if err == nil {
				t.Fatal("it started")
			}
			for _, want := range tt.names {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not name %q", err, want)
				}
			}
		})
	}
}

func TestHelpListsEveryCommandAndSetting(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--help"}, {"help"}, {"serve", "--help"}, {"dev", "-h"}} {
		out, err := run(t, nil, args...)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range commands() {
			if !strings.Contains(out, "\n  "+c.name+" ") {
				t.Errorf("%v: no command %s", args, c.name)
			}
		}
		settings := reflect.TypeFor[Settings]()
		for i := range settings.NumField() {
			tag := settings.Field(i).Tag
			if tag.Get("help") == "" || !strings.Contains(out, tag.Get("env")+" ") || !strings.Contains(out, tag.Get("envDefault")) {
				t.Errorf("%v: setting %s is not listed with its default and meaning", args, settings.Field(i).Name)
			}
		}
	}
}

func TestACommandLineThatMakesNoSenseIsAUsageError(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{}, {"sing"}, {"serve", "now"}, {"migrate", "down"}, {"dev", "x"}, {"keys"}, {"keys", "lose", "x"}, {"keys", "rotate", "x"}, {"keys", "remove", "x"}, {"keys", "status", "x"}, {"admin"}, {"admin", "audit"}, {"admin", "import-users"}, {"credentials"}, {"credentials", "create"}, {"credentials", "create", "no id"}} {
		if _, err := run(t, map[string]string{}, args...); !errors.Is(err, errUsage) || exitCode(err) != 2 {
			t.Errorf("%v: %v", args, err)
		}
	}
}

func TestKeysCreateMakesAKeysetThatServeAccepts(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keyset.json")
	if _, err := run(t, nil, "keys", "create", path); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	if _, err := productionKeyset(Settings{KeysetFile: path}); err != nil {
		t.Error(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if keyset, err := productionKeyset(Settings{Keyset: string(content)}); err != nil || keyset == nil {
		t.Errorf("from the environment: %v", err)
	}
	if _, err := run(t, nil, "keys", "create", path); err == nil {
		t.Error("an existing keyset was overwritten")
	}
}
