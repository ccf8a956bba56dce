// Package pwned looks passwords up in a list of breached passwords, through the range API of Pwned Passwords
// (https://haveibeenpwned.com/API/v3#PwnedPasswords). The server learns five hexadecimal digits of the password's SHA-1,
// which hundreds of breached passwords share.
package pwned

import (
	"bufio"
	"context"
	"crypto/sha1" //nolint:gosec // the API requires it; it protects nothing
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
	// maxResponse bounds what is read of a response, in bytes. Today's padded responses have about 60 KiB.
	maxResponse = 1 << 20
)

// Config is what a Client needs. Every field must be set.
type Config struct {
	// URL is the URL of the ranges without a trailing slash: the prefix of the digest is appended as a path segment.
	URL *url.URL
	// Timeout bounds one lookup, including the response.
	Timeout time.Duration
	Logger  *slog.Logger
}

// Client is a ports.BreachedPasswords.
type Client struct {
	config Config
	http   *http.Client
}

// New makes a client. It follows no redirects, because only the settings may decide which server receives a prefix.
func New(c Config) *Client {
	return &Client{config: c, http: &http.Client{
		Timeout:       c.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Contains reports whether p is in the list. It logs errors and returns them; they contain no part of p.
func (c *Client) Contains(ctx context.Context, p domain.Password) (bool, error) {
	digest := sha1.Sum([]byte(p.Clear())) //nolint:gosec // the API requires it
	digits := strings.ToUpper(hex.EncodeToString(digest[:]))
	found, err := c.lookUp(ctx, digits[:prefixLength], digits[prefixLength:])
	if err != nil {
		c.config.Logger.WarnContext(ctx, "breached password lookup failed", "error", err)
		return false, fmt.Errorf("look up a breached password: %w", err)
	}
	return found, nil
}

func (c *Client) lookUp(ctx context.Context, prefix, suffix string) (bool, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.config.URL.JoinPath(prefix).String(), http.NoBody)
	if err != nil {
		return false, errors.New("the URL is invalid")
	}
	// Padding makes all responses similar in length, so that an observer of the connection does not learn the prefix.
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
	return contains(response.Body, suffix)
}

// withoutURL removes the URL from an error, because it ends with the prefix.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

var errTooLong = errors.New("the response is too long")

// contains reports whether body has a line "suffix:count". A count of 0 marks padding.
func contains(body io.Reader, suffix string) (bool, error) {
	limited := &io.LimitedReader{R: body, N: maxResponse + 1}
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

// Off is a ports.BreachedPasswords without a list, for services that do not check for breached passwords.
type Off struct{}

// Contains always reports false.
func (Off) Contains(context.Context, domain.Password) (bool, error) { return false, nil }
