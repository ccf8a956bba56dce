package smtp_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	server "github.com/emersion/go-smtp"

	"github.com/siriusys/user-management-service/adapters/smtp"
	"github.com/siriusys/user-management-service/ports"
)

// namesNoSecret fails if err holds the address, the user or the password.
func namesNoSecret(t *testing.T, err error) {
	t.Helper()
	for _, secret := range []string{"lovelace", "@example.com", "mail-user", "s3cret"} {
		if err != nil && strings.Contains(strings.ToLower(err.Error()), secret) {
			t.Errorf("the error holds %q: %v", secret, err)
		}
	}
}

func TestReplies(t *testing.T) {
	t.Parallel()
	tests := []struct {
		verb     string
		code     int
		enhanced server.EnhancedCode
		refused  bool
	}{
		{"MAIL", 550, server.EnhancedCode{5, 7, 1}, true},
		{"MAIL", 451, server.EnhancedCode{4, 3, 0}, false},
		{"MAIL", 421, server.EnhancedCode{4, 3, 2}, false},
		{"MAIL", 530, server.EnhancedCode{5, 7, 0}, false}, // the server wants a login: no letter is at fault
		{"RCPT", 550, server.EnhancedCode{5, 1, 1}, true},
		{"RCPT", 553, server.EnhancedCode{5, 1, 3}, true},
		{"RCPT", 450, server.EnhancedCode{4, 2, 1}, false},
		{"DATA", 554, server.EnhancedCode{5, 7, 1}, true},
		{"DATA", 552, server.EnhancedCode{5, 2, 2}, true},
		{"DATA", 452, server.EnhancedCode{4, 3, 1}, false},
		{"AUTH", 535, server.EnhancedCode{5, 7, 8}, false},
		{"AUTH", 454, server.EnhancedCode{4, 7, 0}, false},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.verb, tt.code), func(t *testing.T) {
			t.Parallel()
			s := serve(t, smtp.StartTLS)
			s.answer(refuse(tt.verb, tt.code, tt.enhanced))
			m := mailer(t, s.config(t))
			err := m.Send(t.Context(), letter(t, "one"))
			if err == nil || errors.Is(err, ports.ErrMailRefused) != tt.refused {
				t.Errorf("Send returned %v; refused for good: want %t", err, tt.refused)
			}
			namesNoSecret(t, err)
			if code := fmt.Sprint(tt.code); tt.code != 421 && !strings.Contains(err.Error(), code) {
				t.Errorf("the error does not tell the code %s: %v", code, err)
			}
			s.answer(nil)
			if err := m.Send(t.Context(), letter(t, "two")); err != nil {
				t.Errorf("Send afterwards: %v", err)
			}
		})
	}
}

// TestUnsafeServers proves that neither a letter nor a password goes to a server that does not prove who it is.
func TestUnsafeServers(t *testing.T) {
	t.Parallel()
	old := func(s *server.Server) {
		s.TLSConfig.MinVersion, s.TLSConfig.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	}
	tests := map[string]struct {
		change func(t *testing.T, s *server.Server)
		config func(t *testing.T, c smtp.Config) smtp.Config
		says   string
	}{
		"STARTTLS is not offered":       {change: func(_ *testing.T, s *server.Server) { s.TLSConfig = nil; s.AllowInsecureAuth = true }, says: "does not offer STARTTLS"},
		"TLS is too old":                {change: func(_ *testing.T, s *server.Server) { old(s) }, says: "connect"},
		"another authority":             {config: func(t *testing.T, c smtp.Config) smtp.Config { c.CAFile = newAuthority(t).file; return c }, says: "x509"},
		"the system's authorities":      {config: func(_ *testing.T, c smtp.Config) smtp.Config { c.CAFile = ""; return c }, says: "x509"},
		"a certificate of another host": {change: func(t *testing.T, s *server.Server) { s.TLSConfig = newAuthority(t).serverConfig(t, "other.example") }, says: "x509"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, smtp.StartTLS, func(srv *server.Server) {
				if tt.change != nil {
					tt.change(t, srv)
				}
			})
			c := s.config(t)
			if tt.config != nil {
				c = tt.config(t, c)
			}
			err := mailer(t, c).Send(t.Context(), letter(t, "one"))
			if err == nil || errors.Is(err, ports.ErrMailRefused) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("Send returned %v, want an error that says %q and is not ErrMailRefused", err, tt.says)
			}
			namesNoSecret(t, err)
			if s.heard("AUTH") || s.heard("MAIL") {
				t.Error("the server was told a password or an address")
			}
		})
	}
}

func TestWrongPassword(t *testing.T) {
	t.Parallel()
	s := serve(t, smtp.ImplicitTLS)
	u, err := url.Parse(s.url())
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword(testUser, testPassword+"!")
	err = mailer(t, parse(t, u.String())).Send(t.Context(), letter(t, "one"))
	if err == nil || errors.Is(err, ports.ErrMailRefused) || !strings.Contains(err.Error(), "535 5.7.8") {
		t.Errorf("Send returned %v, want an error that says 535 5.7.8 and is not ErrMailRefused", err)
	}
	namesNoSecret(t, err)
}

func TestServerWithoutSMTPUTF8(t *testing.T) {
	t.Parallel()
	s := serve(t, smtp.NoTLS, func(srv *server.Server) { srv.EnableSMTPUTF8 = false })
	err := mailer(t, s.config(t)).Send(t.Context(), letterTo(t, "one", "gräte@example.com"))
	if !errors.Is(err, ports.ErrMailRefused) {
		t.Errorf("Send of an address beyond ASCII to a server without SMTPUTF8 returned %v, want ErrMailRefused", err)
	}
	namesNoSecret(t, err)
}
