package smtp_test

import (
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/adapters/smtp"
)

func TestParseURL(t *testing.T) {
	t.Parallel()
	tests := []struct {
		url      string
		address  string
		security smtp.Security
		ca       string
	}{
		{"smtp://user:pass@mail.example.com", "mail.example.com:587", smtp.StartTLS, ""},
		{"smtp://user:pass@mail.example.com:2525/", "mail.example.com:2525", smtp.StartTLS, ""},
		{"smtp://relay.internal?ca=%2Fetc%2Fca.pem", "relay.internal:587", smtp.StartTLS, "/etc/ca.pem"},
		{"smtps://user%40example.com:p%2Fss@mail.example.com", "mail.example.com:465", smtp.ImplicitTLS, ""},
		{"smtps://[2001:db8::1]:4650", "[2001:db8::1]:4650", smtp.ImplicitTLS, ""},
		{"smtp://127.0.0.1:1025?tls=none", "127.0.0.1:1025", smtp.NoTLS, ""},
		{"smtp://[::1]:1025?tls=none", "[::1]:1025", smtp.NoTLS, ""},
		{"smtp://localhost:1025?tls=none", "localhost:1025", smtp.NoTLS, ""},
	}
	for _, tt := range tests {
		c, err := smtp.ParseURL(tt.url)
		if err != nil {
			t.Errorf("ParseURL(%q): %v", tt.url, err)
			continue
		}
		if got := net.JoinHostPort(c.Host, strconv.Itoa(c.Port)); got != tt.address {
			t.Errorf("ParseURL(%q) is %s, want %s", tt.url, got, tt.address)
		}
		if c.Security != tt.security || c.CAFile != tt.ca {
			t.Errorf("ParseURL(%q) has security %d and CA %q, want %d and %q", tt.url, c.Security, c.CAFile, tt.security, tt.ca)
		}
		if c.From.Address == "" || c.From.Name != "Siriusys" || c.ProductName == "" || c.MaxConnections < 1 {
			t.Errorf("ParseURL(%q) lacks a default: %+v", tt.url, c.From)
		}
	}
}

func TestParseURLRefusesWithoutQuotingTheURL(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"", "mail.example.com:587", "http://u:hunter2@mail.example.com", "smtp:u:hunter2@mail.example.com",
		"smtp://u:hunter2@mail.example.com:0", "smtp://u:hunter2@mail.example.com:65536", "smtp://u:hunter2@mail.example.com:x",
		"smtp://u:hunter2@", "smtp://u:hunter2@mail.example.com/path", "smtp://u:hunter2@mail.example.com#fragment",
		"smtp://hunter2@mail.example.com", "smtp://u:@mail.example.com", "smtp://:hunter2@mail.example.com",
		"smtp://u:hunter2@mail.example.com?tls=no", "smtp://u:hunter2@mail.example.com?starttls=off",
		"smtp://mail.example.com?ca=a&ca=b",
		"smtp://mail.example.com?tls=none", "smtp://10.0.0.1?tls=none", "smtp://127.0.0.1.example.com?tls=none",
		"smtp://u:hunter2@127.0.0.1?tls=none", "smtp://127.0.0.1?tls=none&ca=a", "smtps://127.0.0.1?tls=none",
		"smtp://127.0.0.1?tls=none&tls=none",
		"smtp://u:hunter2%zz@mail.example.com", "smtp://u:hunter2\n@mail.example.com",
	} {
		c, err := smtp.ParseURL(url)
		if err == nil {
			t.Errorf("ParseURL(%q) returned %v, want an error", url, c)
			continue
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("ParseURL(%q) quotes the password: %v", url, err)
		}
	}
}

func TestConfigPrintsNoCredentials(t *testing.T) {
	t.Parallel()
	c := parse(t, "smtp://secretuser:hunter2@mail.example.com")
	type nested struct {
		Config smtp.Config
		hidden smtp.Config
	}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		for _, v := range []any{c, &c, nested{c, c}, []smtp.Config{c}} {
			if got := fmt.Sprintf(format, v); strings.Contains(got, "hunter2") || strings.Contains(got, "secretuser") {
				t.Errorf("%s of %T prints credentials: %s", format, v, got)
			}
		}
	}
}

func TestNewRefusesInvalidConfigurations(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*smtp.Config){
		"a missing CA file":              func(c *smtp.Config) { c.CAFile = filepath.Join(t.TempDir(), "none.pem") },
		"a CA file without certificates": func(c *smtp.Config) { c.CAFile = "config_test.go" },
		"an invalid sender address":      func(c *smtp.Config) { c.From.Address = "no-reply" },
		"a sender with a line break":     func(c *smtp.Config) { c.From.Address = "a@b.example\r\nBcc: x@y.example" },
		"no connections":                 func(c *smtp.Config) { c.MaxConnections = 0 },
	} {
		c := parse(t, "smtp://user:hunter2@mail.example.com")
		change(&c)
		if _, err := smtp.New(c); err == nil {
			t.Errorf("New accepted %s", name)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("New quotes the password: %v", err)
		}
	}
}
