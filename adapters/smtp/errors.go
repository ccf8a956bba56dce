package smtp

import (
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

// enhancedCode is the start of a reply text by RFC 3463.
var enhancedCode = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}\b`)

// dialError tells why there is no connection, without the words of the server, which may quote the user name.
func dialError(ctx context.Context, err error) error {
	const doing = "connect to the mail server"
	var reply *textproto.Error
	var network net.Error
	var certificate *tls.CertificateVerificationError
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w", doing, ctx.Err())
	case errors.As(err, &reply):
		return fmt.Errorf("%s: it answered %s", doing, codes(reply.Code, enhancedCode.FindString(reply.Msg)))
	case errors.As(err, &certificate), errors.As(err, &network), errors.Is(err, io.EOF), errors.Is(err, mail.ErrNoSupportedAuthDiscovered):
		return fmt.Errorf("%s: %w", doing, err)
	case strings.Contains(err.Error(), "does not support STARTTLS"):
		return fmt.Errorf("%s: it does not offer STARTTLS", doing)
	case strings.Contains(err.Error(), "does not support SMTP AUTH"):
		return fmt.Errorf("%s: it does not offer SMTP AUTH", doing)
	default:
		return fmt.Errorf("%s: it does not follow the protocol", doing)
	}
}

// sendError tells why a letter was not accepted, by the codes alone: the words of a server may quote the address.
func sendError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("send a letter: %w", ctx.Err())
	}
	var failure *mail.SendError
	if !errors.As(err, &failure) {
		return errors.New("send a letter: unknown failure")
	}
	code := failure.ErrorCode()
	answer := fmt.Sprintf("%s: answered %s", failure.Reason, codes(code, failure.EnhancedStatusCode()))
	switch {
	case code == 0 || code == 421:
		if failure.Reason == mail.ErrSMTPDataClose || failure.Reason == mail.ErrWriteContent {
			return fmt.Errorf("%s: the mail server closed the connection", failure.Reason) // it may have the letter
		}
		return fmt.Errorf("%s: %w", failure.Reason, errConnectionLost)
	case code >= 500 && !isLoginReply(code):
		return fmt.Errorf("%w: %s", ports.ErrMailRefused, answer)
	default:
		return errors.New(answer)
	}
}

// isLoginReply reports whether the server misses authentication or encryption (RFC 4954, section 6; RFC 3207, section 4)
// rather than refusing the letter.
func isLoginReply(code int) bool { return code == 530 || code == 534 || code == 535 || code == 538 }

func codes(code int, enhanced string) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", code, enhanced))
}
