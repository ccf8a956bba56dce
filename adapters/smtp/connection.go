package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/wneessen/go-mail"
	gosmtp "github.com/wneessen/go-mail/smtp"

	"github.com/siriusys/user-management-service/ports"
)

const quitTimeout = 2 * time.Second

// dialer opens connections that are ready for letters.
type dialer struct {
	host    string
	options []mail.Option
	// implicitTLS is set if TLS comes before the first word of SMTP.
	implicitTLS *tls.Config
}

func newDialer(c Config) (dialer, error) {
	tlsConfig, err := c.tlsConfig()
	if err != nil {
		return dialer{}, err
	}
	d := dialer{host: c.Host, options: []mail.Option{
		mail.WithPort(c.Port),
		mail.WithTimeout(sendTimeout),
		mail.WithTLSConfig(tlsConfig),
		mail.WithoutNoop(), // a connection that has died shows at MAIL, a round trip earlier
	}}
	switch c.Security {
	case ImplicitTLS:
		d.implicitTLS = tlsConfig
		// Our own dialling speaks TLS; this policy makes go-mail see that it did, so that it dares to authenticate.
		d.options = append(d.options, mail.WithTLSPolicy(mail.TLSOpportunistic))
	case NoTLS:
		d.options = append(d.options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		d.options = append(d.options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if c.login != nil {
		user, password := c.login()
		d.options = append(d.options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover),
			mail.WithUsername(user), mail.WithPassword(password))
	}
	return d, nil
}

// connection is a conversation with the mail server, past STARTTLS and AUTH.
type connection struct {
	client  *mail.Client
	session *gosmtp.Client
	raw     net.Conn    // beneath TLS: closing it ends whatever is going on
	expiry  *time.Timer // runs while the connection lies idle
}

func (d dialer) dial(ctx context.Context) (*connection, error) {
	c := &connection{}
	unbind := func() bool { return true }
	connect := func(dialCtx context.Context, network, address string) (net.Conn, error) {
		dialCtx, cancel := context.WithTimeout(dialCtx, dialTimeout)
		defer cancel()
		raw, err := (&net.Dialer{}).DialContext(dialCtx, network, address)
		if err != nil {
			return nil, err
		}
		c.raw, unbind = raw, closeWhenDone(ctx, raw)
		if d.implicitTLS == nil {
			return raw, nil
		}
		conn := tls.Client(raw, d.implicitTLS)
		return conn, conn.HandshakeContext(dialCtx)
	}
	var err error
	c.client, err = mail.NewClient(d.host, append(slices.Clone(d.options), mail.WithDialContextFunc(connect))...)
	if err != nil {
		return nil, fmt.Errorf("prepare the connection to the mail server: %w", err)
	}
	c.session, err = c.client.DialToSMTPClientWithContext(ctx)
	if unbind(); err != nil {
		c.abandon()
		return nil, dialError(ctx, err)
	}
	return c, nil
}

// closeWhenDone closes conn once ctx is done, until the returned func is called; that returns false if it was too late.
func closeWhenDone(ctx context.Context, conn net.Conn) (stop func() bool) {
	return context.AfterFunc(ctx, func() { _ = conn.Close() })
}

// send sends one letter and says whether the connection is good for another.
func (c *connection) send(ctx context.Context, msg message) (reusable bool, err error) {
	if _, offered := c.extension("SMTPUTF8"); msg.needsUTF8 && !offered {
		return true, fmt.Errorf("%w: the mail server does not take addresses beyond ASCII", ports.ErrMailRefused)
	}
	// The parameter is refused by servers that would relay to one without it (RFC 6531, section 3.2).
	c.session.SkipSMTPUTF8(!msg.needsUTF8)
	unbind := closeWhenDone(ctx, c.raw)
	err = c.client.SendWithSMTPClient(c.session, msg.Msg)
	inTime := unbind()
	if err == nil {
		return inTime, nil
	}
	if msg.IsDelivered() {
		return false, nil // only what came after the letter failed
	}
	return false, sendError(ctx, err)
}

func (c *connection) extension(name string) (params string, offered bool) {
	offered, params = c.session.Extension(name)
	return params, offered
}

// quit takes leave of the server and closes the connection.
func (c *connection) quit() {
	if c.session.UpdateDeadline(quitTimeout) == nil {
		_ = c.session.Quit()
	}
	c.abandon()
}

// abandon closes the connection without a word.
func (c *connection) abandon() {
	if c.raw != nil {
		_ = c.raw.Close()
	}
}

var errConnectionLost = errors.New("the mail server closed the connection")
