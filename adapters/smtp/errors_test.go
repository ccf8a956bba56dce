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

// assertNoSecrets fails the test if err contains the email address, the user or the password.
func assertNoSecrets(t *testing.T, err error) {
	t.Helper()
	for _, secret := range []string{"lovelace", "@example.com", "mail-user", "s3cret"} {
		if err != nil && strings.Contains(strings.ToLower(err.Error()), secret) {
			t.Errorf("the error contains %q: %v", secret, err)
		}
	}
}

// Only what a server says of the recipient or of the message is final. What it says of the sender, of the login or of the server
// itself is retried: it is the configuration's fault, and lasts until an operator mends it.
func TestReplies(t *testing.T) {
	t.Parallel()
	tests := []struct {
		verb     string
		code     int
		enhanced server.EnhancedCode
		text     string
		rejected bool
	}{
		{verb: "MAIL", code: 553, enhanced: server.EnhancedCode{5, 7, 1}, text: "Sender address rejected: not owned by user"},
		{verb: "MAIL", code: 550, enhanced: server.EnhancedCode{5, 1, 8}},
		{verb: "MAIL", code: 550, enhanced: server.EnhancedCode{5, 1, 1}}, // the server does not know the recipient yet
		{verb: "MAIL", code: 550, enhanced: server.NoEnhancedCode},
		{verb: "MAIL", code: 552, enhanced: server.EnhancedCode{5, 2, 2}},
		{verb: "MAIL", code: 554, enhanced: server.EnhancedCode{5, 7, 1}},
		{verb: "MAIL", code: 451, enhanced: server.EnhancedCode{4, 3, 0}},
		{verb: "MAIL", code: 421, enhanced: server.EnhancedCode{4, 3, 2}},
		{verb: "MAIL", code: 530, enhanced: server.EnhancedCode{5, 7, 0}}, // the server requires AUTH
		{verb: "RCPT", code: 550, enhanced: server.EnhancedCode{5, 1, 1}, rejected: true},
		{verb: "RCPT", code: 550, enhanced: server.NoEnhancedCode, rejected: true},
		{verb: "RCPT", code: 553, enhanced: server.EnhancedCode{5, 1, 3}, rejected: true},
		{verb: "RCPT", code: 556, enhanced: server.EnhancedCode{5, 1, 10}, rejected: true},
		{verb: "RCPT", code: 552, enhanced: server.EnhancedCode{5, 2, 2}, rejected: true},
		{verb: "RCPT", code: 554, enhanced: server.EnhancedCode{5, 7, 1}, rejected: true},
		{verb: "RCPT", code: 550, enhanced: server.EnhancedCode{5, 1, 7}},
		{verb: "RCPT", code: 550, enhanced: server.EnhancedCode{5, 1, 8}},
		{verb: "RCPT", code: 550, enhanced: server.EnhancedCode{5, 4, 5}},
		{verb: "RCPT", code: 553, enhanced: server.EnhancedCode{5, 7, 1}, text: "Sender address rejected: not owned by user"},
		{verb: "RCPT", code: 554, enhanced: server.EnhancedCode{5, 7, 1}, text: "Relay access denied"},
		{verb: "RCPT", code: 550, enhanced: server.EnhancedCode{5, 7, 1}, text: "Relaying denied"},
		{verb: "RCPT", code: 525, enhanced: server.EnhancedCode{5, 7, 13}},
		{verb: "RCPT", code: 554, enhanced: server.EnhancedCode{5, 7, 1}, text: "Client host rejected: Access denied"},
		{verb: "RCPT", code: 554, enhanced: server.EnhancedCode{5, 7, 1}, text: "Client host [192.0.2.1] blocked using a list"},
		{verb: "RCPT", code: 550, enhanced: server.EnhancedCode{5, 7, 1}, text: "Helo command rejected: need fully-qualified hostname"},
		{verb: "RCPT", code: 550, enhanced: server.NoEnhancedCode, text: "relay not permitted"},
		{verb: "RCPT", code: 550, enhanced: server.NoEnhancedCode, text: "Sender verify failed"},
		{verb: "RCPT", code: 550, enhanced: server.EnhancedCode{5, 7, 54}, text: "SMTP; Unable to relay recipient in non-accepted domain"},
		{verb: "RCPT", code: 503, enhanced: server.EnhancedCode{5, 5, 1}, text: "Error: need MAIL command"},
		{verb: "RCPT", code: 554, enhanced: server.EnhancedCode{5, 3, 5}},
		{verb: "DATA", code: 550, enhanced: server.NoEnhancedCode, text: "The from address does not match a verified Sender Identity"},
		{verb: "DATA", code: 554, enhanced: server.NoEnhancedCode, text: "Message rejected: Email address is not verified"},
		{verb: "DATA", code: 550, enhanced: server.EnhancedCode{5, 7, 1}, text: "Daily sending quota exceeded"},
		{verb: "DATA", code: 550, enhanced: server.EnhancedCode{5, 7, 1}, text: "Unauthenticated email is not accepted due to its DMARC policy"},
		{verb: "DATA", code: 552, enhanced: server.EnhancedCode{5, 2, 2}, text: "Mailbox quota exceeded", rejected: true},
		{verb: "DATA", code: 552, enhanced: server.EnhancedCode{5, 3, 4}, text: "Message too big", rejected: true},
		{verb: "RCPT", code: 450, enhanced: server.EnhancedCode{4, 2, 1}},
		{verb: "DATA", code: 554, enhanced: server.EnhancedCode{5, 7, 1}, rejected: true},
		{verb: "DATA", code: 552, enhanced: server.EnhancedCode{5, 2, 2}, rejected: true},
		{verb: "DATA", code: 552, enhanced: server.EnhancedCode{5, 3, 4}, rejected: true},
		{verb: "DATA", code: 550, enhanced: server.EnhancedCode{5, 4, 5}, text: "Daily sending quota exceeded"},
		{verb: "DATA", code: 550, enhanced: server.EnhancedCode{5, 7, 26}},
		{verb: "DATA", code: 554, enhanced: server.EnhancedCode{5, 7, 60}},
		{verb: "DATA", code: 452, enhanced: server.EnhancedCode{4, 3, 1}},
		{verb: "AUTH", code: 535, enhanced: server.EnhancedCode{5, 7, 8}},
		{verb: "AUTH", code: 454, enhanced: server.EnhancedCode{4, 7, 0}},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.verb, tt.code, tt.enhanced, tt.text), func(t *testing.T) {
			t.Parallel()
			s := serve(t, smtp.StartTLS)
			s.setReply(reject(tt.verb, tt.code, tt.enhanced, tt.text))
			m := mailer(t, s.config(t))
			err := m.Send(t.Context(), newMessage(t, "one"))
			if err == nil || errors.Is(err, ports.ErrMessageRejected) != tt.rejected {
				t.Errorf("Send returned %v, want ErrMessageRejected: %t", err, tt.rejected)
			}
			assertNoSecrets(t, err)
			if code := fmt.Sprint(tt.code); tt.code != 421 && !strings.Contains(err.Error(), code) {
				t.Errorf("the error does not contain the code %s: %v", code, err)
			}
			s.setReply(nil)
			if err := m.Send(t.Context(), newMessage(t, "two")); err != nil {
				t.Errorf("Send afterwards: %v", err)
			}
		})
	}
}

// An operator finds the codes as a field of the log, whether the server announces enhanced codes (RFC 2034) or not.
func TestTheErrorContainsTheReplyCodes(t *testing.T) {
	t.Parallel()
	for want, reply := range map[string]error{
		"550 5.1.1": &server.SMTPError{Code: 550, EnhancedCode: server.EnhancedCode{5, 1, 1}, Message: "no such user"},
		"550":       &server.SMTPError{Code: 550, EnhancedCode: server.NoEnhancedCode, Message: "no such user"},
		"451 4.3.0": &server.SMTPError{Code: 451, EnhancedCode: server.EnhancedCode{4, 3, 0}, Message: "later"},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			s := serve(t, smtp.StartTLS)
			s.setReply(func(command string) error {
				if strings.HasPrefix(command, "RCPT") {
					return reply
				}
				return nil
			})
			err := mailer(t, s.config(t)).Send(t.Context(), newMessage(t, "one"))
			if refused, ok := errors.AsType[*ports.MailReplyError](err); !ok || refused.Code != want {
				t.Errorf("Send returned %v, want a MailReplyError with the code %s", err, want)
			}
		})
	}
}

// TestUnsafeServers proves that neither a message nor a password is sent to a server that does not prove its identity.
func TestUnsafeServers(t *testing.T) {
	t.Parallel()
	limitTLS := func(_ *testing.T, s *server.Server) {
		s.TLSConfig.MinVersion, s.TLSConfig.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	}
	disableTLS := func(_ *testing.T, s *server.Server) { s.TLSConfig, s.AllowInsecureAuth = nil, true }
	useAnotherHost := func(t *testing.T, s *server.Server) { s.TLSConfig = newAuthority(t).serverConfig(t, "other.example") }
	useAnotherAuthority := func(t *testing.T, c smtp.Config) smtp.Config { c.CAFile = newAuthority(t).file; return c }
	useSystemAuthorities := func(_ *testing.T, c smtp.Config) smtp.Config { c.CAFile = ""; return c }
	tests := map[string]struct {
		change func(t *testing.T, s *server.Server)
		config func(t *testing.T, c smtp.Config) smtp.Config
		want   string
	}{
		"STARTTLS is not offered":       {change: disableTLS, want: "does not offer STARTTLS"},
		"TLS is too old":                {change: limitTLS, want: "connect"},
		"another authority":             {config: useAnotherAuthority, want: "x509"},
		"the system's authorities":      {config: useSystemAuthorities, want: "x509"},
		"a certificate of another host": {change: useAnotherHost, want: "x509"},
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
			err := mailer(t, c).Send(t.Context(), newMessage(t, "one"))
			if err == nil || errors.Is(err, ports.ErrMessageRejected) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Send returned %v, want an error that contains %q and is not ErrMessageRejected", err, tt.want)
			}
			assertNoSecrets(t, err)
			if s.received("AUTH") || s.received("MAIL") {
				t.Error("the server received a password or an email address")
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
	err = mailer(t, parse(t, u.String())).Send(t.Context(), newMessage(t, "one"))
	if err == nil || errors.Is(err, ports.ErrMessageRejected) || !strings.Contains(err.Error(), "535 5.7.8") {
		t.Errorf("Send returned %v, want an error that contains 535 5.7.8 and is not ErrMessageRejected", err)
	}
	assertNoSecrets(t, err)
}

func TestServerWithoutSMTPUTF8(t *testing.T) {
	t.Parallel()
	s := serve(t, smtp.NoTLS, func(srv *server.Server) { srv.EnableSMTPUTF8 = false })
	err := mailer(t, s.config(t)).Send(t.Context(), newMessageTo(t, "one", "gräte@example.com"))
	if !errors.Is(err, ports.ErrMessageRejected) {
		t.Errorf("Send to an address beyond ASCII by a server without SMTPUTF8 returned %v, want ErrMessageRejected", err)
	}
	if refused, ok := errors.AsType[*ports.MailReplyError](err); !ok || refused.Code != "5.6.7" {
		t.Errorf("Send returned %v, want the code that RFC 6531 has for it", err)
	}
	assertNoSecrets(t, err)
}

// The sender is a setting. A server that cannot send for it must not cost any message.
func TestASenderThatNeedsSMTPUTF8IsRetried(t *testing.T) {
	t.Parallel()
	s := serve(t, smtp.NoTLS, func(srv *server.Server) { srv.EnableSMTPUTF8 = false })
	c := s.config(t)
	c.From.Address = "gräte@example.com"
	err := mailer(t, c).Send(t.Context(), newMessage(t, "one"))
	if err == nil || errors.Is(err, ports.ErrMessageRejected) || !strings.Contains(err.Error(), "SMTPUTF8") {
		t.Errorf("Send returned %v, want an error that contains SMTPUTF8 and is not ErrMessageRejected", err)
	}
}

// A server that would have to relay to a server without SMTPUTF8 says so at MAIL (RFC 6531, section 3.2): it is the recipient's
// address that needs the extension.
func TestAnAddressBeyondASCIIThatCannotBeRelayedIsRejected(t *testing.T) {
	t.Parallel()
	s := serve(t, smtp.StartTLS)
	s.setReply(reject("MAIL", 550, server.EnhancedCode{5, 6, 7}, ""))
	err := mailer(t, s.config(t)).Send(t.Context(), newMessageTo(t, "one", "gräte@example.com"))
	if !errors.Is(err, ports.ErrMessageRejected) {
		t.Errorf("Send returned %v, want ErrMessageRejected", err)
	}
}
