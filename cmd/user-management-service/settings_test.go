package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/adapters/tink"
	"github.com/siriusys/user-management-service/domain"
)

// refusedSettings are settings that the service does not start with, and what the error must contain.
type refusedSettings struct {
	environ map[string]string
	names   []string
}

var valuesOutOfRange = refusedSettings{
	map[string]string{
		"PASSWORD_MIN_LENGTH": "7", "ACCESS_TOKEN_LIFETIME": "1s", "SIGNING_KEY_LIFETIME": "59m", "SESSION_IDLE": "500ms",
		"SESSION_ABSOLUTE": "0s", "TERMINATION_GRACE": "2161h", "ARGON2_MEMORY_KIB": "1", "ARGON2_TIME": "0",
		"ARGON2_IMPLEMENTATION": "sse2", "HASH_QUEUE": "0", "HASH_CONCURRENCY": "-1", "MAIL_WORKERS": "0", "MAIL_BURST": "-1",
		"NETWORK_REQUESTS": "100000001", "BREACHED_PASSWORDS_URL": "ftp://x", "BREACHED_PASSWORDS_TIMEOUT": "11s",
		"LOG_FORMAT": "xml", "DOCS": "no", "DATABASE_PREPARED_STATEMENTS": "yes", "SHUTDOWN_DELAY": "6m", "TRUSTED_PROXIES": "10.0.0.1, proxy",
	},
	[]string{
		"PASSWORD_MIN_LENGTH must be from 8 to 64", "ACCESS_TOKEN_LIFETIME must be from 1m to 1h",
		"SIGNING_KEY_LIFETIME must be from 1h to 8760h", "SESSION_IDLE must be at least ACCESS_TOKEN_LIFETIME",
		"SESSION_ABSOLUTE must be at least SESSION_IDLE", "TERMINATION_GRACE must be from 0 to 2160h",
		"ARGON2_MEMORY_KIB must be from 8 to 1048576", "ARGON2_TIME must be from 1 to 20",
		"ARGON2_IMPLEMENTATION: must be one of auto, avx512, avx2, generic", "HASH_QUEUE must be from 1 to 10000",
		"HASH_CONCURRENCY must be at least 1", "MAIL_WORKERS must be at least 1", "MAIL_BURST must be from 0 to 1000",
		"NETWORK_REQUESTS must be from 0 to 100000000", "BREACHED_PASSWORDS_URL must be an https URL",
		"BREACHED_PASSWORDS_TIMEOUT must be above 0 and at most 10s", "LOG_FORMAT must be json or text",
		"DOCS must be on or off", "DATABASE_PREPARED_STATEMENTS must be on or off", "SHUTDOWN_DELAY must be from 0 to 5m",
		`TRUSTED_PROXIES: "proxy"`,
	},
}

// run executes a command line and returns what it prints to both outputs.
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
	tests := map[string]refusedSettings{
		"nothing set": {map[string]string{}, []string{"DATABASE_URL", "SMTP_URL", "PUBLIC_URL", "KEYSET_FILE"}},
		"a development keyset": {
			map[string]string{
				"DATABASE_URL": "postgres://db/x", "SMTP_URL": "smtps://mail", "PUBLIC_URL": "https://example.com",
				"KEYSET_FILE": development,
			},
			[]string{"KEYSET_FILE was made for development"},
		},
		"an invalid keyset": {map[string]string{"KEYSET": "{}"}, []string{"KEYSET: the keyset's member aead"}},
		"two keysets":       {map[string]string{"KEYSET": "{}", "KEYSET_FILE": "x"}, []string{"KEYSET_FILE and KEYSET are both set"}},
		"a missing keyset":  {map[string]string{"KEYSET_FILE": filepath.Join(t.TempDir(), "none.json")}, []string{"KEYSET_FILE"}},
		"an http public URL": {
			map[string]string{"PUBLIC_URL": "http://accounts.example.com"}, []string{"PUBLIC_URL must be an https URL"},
		},
		"values out of range":           valuesOutOfRange,
		"a certificate without its key": {map[string]string{"TLS_CERT_FILE": "cert.pem"}, []string{"TLS_KEY_FILE is not set"}},
		"a key without its certificate": {map[string]string{"TLS_KEY_FILE": "key.pem"}, []string{"TLS_CERT_FILE is not set"}},
		"an admin address on the clients' port": {
			map[string]string{"HTTP_ADDR": ":8080", "ADMIN_ADDR": "127.0.0.1:8080"},
			[]string{"ADMIN_ADDR must have another port than HTTP_ADDR"},
		},
		"an admin address without a port": {map[string]string{"ADMIN_ADDR": "127.0.0.1"}, []string{"ADMIN_ADDR"}},
		"invalid origins": {
			map[string]string{"CORS_ALLOWED_ORIGINS": "https://a.example.com,*"}, []string{`CORS_ALLOWED_ORIGINS: "*"`},
		},
		"values of the wrong type": {
			map[string]string{"PASSWORD_MIN_LENGTH": "many", "SESSION_IDLE": "long"}, []string{"PasswordMinLength", "SessionIdle"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := run(t, tt.environ, "serve")
			if err == nil {
				t.Fatal("serve started")
			}
			for _, want := range tt.names {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not contain %q", err, want)
				}
			}
		})
	}
}

func TestEverySettingIsDocumented(t *testing.T) {
	t.Parallel()
	out, err := run(t, nil, "--help")
	if err != nil {
		t.Fatal(err)
	}
	all := documentedSettings()
	if n := reflect.TypeFor[Settings]().NumField(); len(all) < 40 || len(all) > n/2 {
		t.Fatalf("%d settings in %d fields", len(all), n)
	}
	lines := strings.Split(out, "\n")
	for _, s := range all {
		if s.topic == "" || s.name == "" || s.help == "" {
			t.Errorf("%+v lacks a topic, a name or a help line directly above it", s)
		}
		if !strings.Contains(out, "\n"+s.topic+":\n") {
			t.Errorf("--help does not show the topic %s", s.topic)
		}
		i := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "  "+s.name+" ") })
		switch {
		case i < 0:
			t.Errorf("--help does not show %s", s.name)
		case !strings.Contains(lines[i], s.help), s.fallback != "" && !strings.Contains(lines[i], "default "+s.fallback):
			t.Errorf("--help does not show the text and the default of %s: %s", s.name, lines[i])
		}
	}
}

func TestRangesOfSettingsAreThoseOfTheDomain(t *testing.T) {
	t.Parallel()
	ranges := map[string]string{}
	for _, s := range documentedSettings() {
		ranges[s.name] = s.bounds.text
		if s.bounds.text == "" {
			continue
		}
		if _, err := s.bounds.contain(reflect.ValueOf(Settings{}).Field(s.index)); err != nil {
			t.Errorf("the range of %s: %v", s.name, err)
		}
	}
	for name, want := range map[string]string{
		"PASSWORD_MIN_LENGTH":   fmt.Sprintf("%d..64", domain.PasswordMinLengthFloor),
		"ACCESS_TOKEN_LIFETIME": fmt.Sprintf("1m..%.0fh", domain.AccessTokenLifetimeMax.Hours()),
		"TERMINATION_GRACE":     fmt.Sprintf("0..%.0fh", domain.TerminationGraceMax.Hours()),
	} {
		if ranges[name] != want {
			t.Errorf("the range of %s is %s, want %s", name, ranges[name], want)
		}
	}
}

func TestKeysCreateWritesAKeysetThatServeAccepts(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keyset.json")
	if _, err := run(t, nil, "keys", "create", path); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("file %v, error %v", info, err)
	}
	if _, err := productionKeyset(Settings{KeysetFile: path}); err != nil {
		t.Error(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if keyset, err := productionKeyset(Settings{Keyset: string(content)}); err != nil || keyset == nil {
		t.Errorf("KEYSET: %v", err)
	}
	if _, err := run(t, nil, "keys", "create", path); err == nil {
		t.Error("an existing keyset was overwritten")
	}
}
