package smtp

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"regexp"
	"strings"

	"github.com/wneessen/go-mail"

	"github.com/siriusys/user-management-service/ports"
)

// enhancedCode matches the enhanced status code (RFC 3463) at the start of a reply text.
var enhancedCode = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}\b`)

// dialError explains why there is no connection, without the server's reply text, which may quote the user name.
func dialError(ctx context.Context, err error) error {
	const action = "connect to the mail server"
	var reply *textproto.Error
	var network net.Error
	var certificate *tls.CertificateVerificationError
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w", action, ctx.Err())
	case errors.As(err, &reply):
		return fmt.Errorf("%s: the server replied %s", action, codes(reply.Code, enhancedCode.FindString(reply.Msg)))
	case errors.As(err, &certificate), errors.As(err, &network), errors.Is(err, io.EOF),
		errors.Is(err, mail.ErrNoSupportedAuthDiscovered):
		return fmt.Errorf("%s: %w", action, err)
	case strings.Contains(err.Error(), "does not support STARTTLS"):
		return fmt.Errorf("%s: the server does not offer STARTTLS", action)
	case strings.Contains(err.Error(), "does not support SMTP AUTH"):
		return fmt.Errorf("%s: the server does not offer SMTP AUTH", action)
	default:
		return fmt.Errorf("%s: the server violates the protocol", action)
	}
}

// sendError explains why a message was not accepted, by the reply codes alone: the reply text may quote the address.
func sendError(ctx context.Context, err error, recipientNeedsUTF8 bool) error {
	if ctx.Err() != nil {
		return fmt.Errorf("send a message: %w", ctx.Err())
	}
	var failure *mail.SendError
	if !errors.As(err, &failure) {
		return errors.New("send a message: unknown failure")
	}
	reply := replyOf(failure)
	if reply.code == 0 || reply.code == 421 {
		if failure.Reason == mail.ErrSMTPDataClose || failure.Reason == mail.ErrWriteContent {
			return fmt.Errorf("%s: the mail server closed the connection", failure.Reason) // the server may have accepted the message
		}
		return fmt.Errorf("%s: %w", failure.Reason, errConnectionClosed)
	}
	refused := &ports.MailReplyError{Code: codes(reply.code, reply.enhanced), Err: errors.New(failure.Reason.String())}
	if reply.isFinal(recipientNeedsUTF8) {
		refused.Err = fmt.Errorf("%w: %s", ports.ErrMessageRejected, failure.Reason)
	}
	return refused
}

// reply is a negative reply to a command of one message.
type reply struct {
	atMail   bool // the reply is to MAIL, before the server knows the recipient
	code     int
	enhanced string
	text     string
}

// replyText finds the reply in the text of an error of go-mail, which drops the enhanced code if the server did not announce it.
var replyText = regexp.MustCompile(`(?s): ([245]\d\d)[ -]([245]\.\d{1,3}\.\d{1,3}\b)?(.*)`)

func replyOf(failure *mail.SendError) reply {
	r := reply{atMail: failure.Reason == mail.ErrSMTPMailFrom, code: failure.ErrorCode(), enhanced: failure.EnhancedStatusCode()}
	if found := replyText.FindStringSubmatch(failure.Error()); found != nil {
		r.enhanced, r.text = cmp.Or(r.enhanced, found[2]), found[3]
	}
	return r
}

// aboutSender are enhanced codes that blame the sender, its login or its quota, whichever command they reply to: a bad sender's
// address (RFC 3463), a quota (5.4.5, as Gmail sends it), authentication (RFC 4954, RFC 5248), SPF, DKIM and DMARC (RFC 7372),
// a sender's domain without mail (RFC 7505), and a login that may not use the sender, is restricted or may not relay (Exchange). The
// server's configuration (5.3.x but for a message that is too big, 5.3.4) and the protocol (5.5.x) concern no mailbox either.
var aboutSender = regexp.MustCompile(`^5\.(1\.(7|8|90)|3\.([0-35-9]|\d{2,})|4\.5|5\.\d+|7\.(8|9|1[0-4]|2[0-7]|54|57|60|7\d\d))$`)

// senderText finds what Postfix, Sendmail, Exim, SendGrid and SES say of a sender, of its quota, or of a client that is blocked or not
// logged in, in reply to RCPT or DATA. Their code 5.7.1, or none, does not distinguish it from a rejected recipient.
var senderText = regexp.MustCompile(`(?i)sender address rejected|relay access denied|relaying denied|relay not permitted|unable to relay|` +
	`(client host|helo command) rejected|blocked using|sender verify|verified sender|address is not verified|dmarc`)

// quotaText finds the sender's quota, unless an enhanced code says that it is the recipient's mailbox.
var quotaText = regexp.MustCompile(`(?i)quota exceeded`)

// isFinal reports whether the server rejected the recipient or the message for good. A reply about the sender is not final: the
// configuration is wrong, and no message should be dropped because of that (docs/operations.md).
func (r reply) isFinal(recipientNeedsUTF8 bool) bool {
	switch {
	case r.code < 500, isLoginReply(r.code):
		return false
	case r.atMail:
		// The exception is the address that cannot be relayed (RFC 6531, section 3.2).
		return recipientNeedsUTF8 && r.enhanced == notASCII
	default:
		isQuota := quotaText.MatchString(r.text) && !strings.HasPrefix(r.enhanced, "5.2.") && r.code != 552
		return !aboutSender.MatchString(r.enhanced) && !senderText.MatchString(r.text) && !isQuota
	}
}

// notASCII is the enhanced code for an address beyond ASCII that cannot be used (RFC 6531, section 3.5).
const notASCII = "5.6.7"

// isLoginReply reports whether the server requires authentication or encryption, or locked the account (RFC 4954, section 6; RFC
// 3207, section 4; RFC 5248), rather than rejecting the message.
func isLoginReply(code int) bool {
	return code == 530 || code == 534 || code == 535 || code == 538 || 523 <= code && code <= 525
}

func codes(code int, enhanced string) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", code, enhanced))
}
