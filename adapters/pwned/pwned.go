// Package pwned asks a service that speaks the range protocol of Pwned Passwords whether a password was found in a breach
// (https://haveibeenpwned.com/API/v3#PwnedPasswords). The service learns five hexadecimal digits of the password's SHA-1,
// which hundreds of breached passwords share.
package pwned

import (
	"bufio"
	"context"
	"crypto/sha1" //nolint:gosec // the protocol's; it protects nothing
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

const (
	prefixLength = 5
	// maxAnswer bounds what is read of one answer. A padded one of today's has about 60 KiB.
	maxAnswer = 1 << 20
)

// Config is what a Client needs. Every field must be set.
type Config struct {
	// URL is where ranges are asked for, without a trailing slash: the prefix is added as one more segment.
	URL *url.URL
	// Timeout bounds one question, all in all.
	Timeout time.Duration
	Logger  *slog.Logger
}

// Client is a ports.BreachedPasswords.
type Client struct {
	config Config
	http   *http.Client
}

// New makes a client. It follows no redirects: where a prefix goes is for the settings to say.
func New(c Config) *Client {
	return &Client{config: c, http: &http.Client{
		Timeout:       c.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Contains asks whether p was breached. What goes wrong is logged, without anything of p, and returned.
func (c *Client) Contains(ctx context.Context, p domain.Password) (bool, error) {
	digest := sha1.Sum([]byte(p.Clear())) //nolint:gosec // the protocol's
	digits := strings.ToUpper(hex.EncodeToString(digest[:]))
	found, err := c.ask(ctx, digits[:prefixLength], digits[prefixLength:])
	if err != nil {
		c.config.Logger.WarnContext(ctx, "breached passwords not asked", "error", err)
		return false, fmt.Errorf("ask for breached passwords: %w", err)
	}
	return found, nil
}

func (c *Client) ask(ctx context.Context, prefix, suffix string) (bool, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.config.URL.JoinPath(prefix).String(), http.NoBody)
	if err != nil {
		return false, errors.New("the address is no URL")
	}
	// Answers of one length, so that who watches the line does not learn the prefix.
	request.Header.Set("Add-Padding", "true")
	request.Header.Set("User-Agent", "siriusys-user-management-service")
	response, err := c.http.Do(request)
	if err != nil {
		return false, withoutURL(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return false, fmt.Errorf("status %d", response.StatusCode)
	}
	return search(response.Body, suffix)
}

// withoutURL leaves out the address, which ends with the prefix.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

var errTooLong = errors.New("the answer is too long")

// search looks for a line "suffix:count" with a count other than 0, which marks padding.
func search(answer io.Reader, suffix string) (bool, error) {
	limited := &io.LimitedReader{R: answer, N: maxAnswer + 1}
	lines := bufio.NewScanner(limited)
	for lines.Scan() {
		digits, count, _ := strings.Cut(strings.TrimSpace(lines.Text()), ":")
		if strings.EqualFold(digits, suffix) {
			return strings.Trim(count, "0") != "", nil
		}
	}
	if err := lines.Err(); err != nil {
		return false, withoutURL(err)
	}
	if limited.N == 0 {
		return false, errTooLong
	}
	return false, nil
}

// Off is a ports.BreachedPasswords that knows none, for those who ask nobody.
type Off struct{}

// Contains knows no password.
func (Off) Contains(context.Context, domain.Password) (bool, error) { return false, nil }
