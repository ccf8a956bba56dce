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

// dialer opens connections that are ready for messages.
type dialer struct {
	host    string
	options []mail.Option
	// implicitTLS is set if TLS starts before the first SMTP command.
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
		mail.WithoutNoop(), // a dead connection shows at MAIL; NOOP would cost a round trip
	}}
	switch c.Security {
	case ImplicitTLS:
		d.implicitTLS = tlsConfig
		// The dial function does TLS itself. With this policy go-mail recognizes that, and agrees to authenticate.
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

// connection is a connection to the mail server after STARTTLS and AUTH.
type connection struct {
	client  *mail.Client
	session *gosmtp.Client
	raw     net.Conn    // below TLS; closing it interrupts any command
	expiry  *time.Timer // runs while the connection is idle
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
		c.close()
		return nil, dialError(ctx, err)
	}
	return c, nil
}

// closeWhenDone closes conn when ctx ends. stop prevents that, and reports whether it was in time.
func closeWhenDone(ctx context.Context, conn net.Conn) (stop func() bool) {
	return context.AfterFunc(ctx, func() { _ = conn.Close() })
}

// send sends one message and reports whether the connection can send another.
func (c *connection) send(ctx context.Context, msg composedMessage) (reusable bool, err error) {
	needsUTF8 := msg.senderNeedsUTF8 || msg.recipientNeedsUTF8
	if _, offered := c.extension("SMTPUTF8"); needsUTF8 && !offered {
		return true, withoutUTF8(msg.senderNeedsUTF8)
	}
	// A server rejects the parameter if it would have to relay to a server without SMTPUTF8 (RFC 6531, section 3.2).
	c.session.SkipSMTPUTF8(!needsUTF8)
	unbind := closeWhenDone(ctx, c.raw)
	err = c.client.SendWithSMTPClient(c.session, msg.Msg)
	inTime := unbind()
	if err == nil {
		return inTime, nil
	}
	if msg.IsDelivered() {
		return false, nil // only a command after the message failed
	}
	return false, sendError(ctx, err, msg.recipientNeedsUTF8)
}

// withoutUTF8 is the error of a message that needs SMTPUTF8, at a server without it. The sender is a setting, the recipient is not.
func withoutUTF8(senderNeedsIt bool) error {
	if senderNeedsIt {
		return errors.New("the sender's address needs SMTPUTF8, which the mail server does not support")
	}
	return &ports.MailReplyError{
		Code: notASCII, Err: fmt.Errorf("%w: the mail server does not support SMTPUTF8", ports.ErrMessageRejected),
	}
}

func (c *connection) extension(name string) (params string, offered bool) {
	offered, params = c.session.Extension(name)
	return params, offered
}

// quit sends QUIT and closes the connection.
func (c *connection) quit() {
	if c.session.UpdateDeadline(quitTimeout) == nil {
		_ = c.session.Quit()
	}
	c.close()
}

// close closes the connection without QUIT.
func (c *connection) close() {
	if c.raw != nil {
		_ = c.raw.Close()
	}
}

var errConnectionClosed = errors.New("the mail server closed the connection")
