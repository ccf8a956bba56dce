package verifier

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// requestTimeout bounds a request that is no stream.
const requestTimeout = 5 * time.Second

const userAgent = "siriusys-verifier/1"

// remote is the User Management Service over HTTP.
type remote struct {
	http *http.Client
	url  string
	// id and secret are the credential of the feed.
	id, secret string
}

func newRemote(c Config) remote {
	client := http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}
	if c.HTTPClient != nil {
		client = *c.HTTPClient
	}
	client.Timeout = 0 // a stream has no end; each request has a deadline of its own
	// The service redirects nothing. A redirect could lead to keys or a list of another server.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return remote{http: &client, url: c.ServiceURL, id: c.ClientID, secret: c.ClientSecret}
}

// statusError is an unexpected status of a response.
type statusError struct {
	status     int
	retryAfter time.Duration
}

func (e *statusError) Error() string {
	return fmt.Sprintf("the service responded with status %d", e.status)
}

func (r remote) request(ctx context.Context, path string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url+path, nil)
	if err != nil {
		return nil, fmt.Errorf("make a request: %w", err)
	}
	req.Header.Set("User-Agent", userAgent)
	return req, nil
}

// authenticated adds the credential, form-urlencoded first (RFC 6749, section 2.3.1).
func (r remote) authenticated(req *http.Request) *http.Request {
	req.SetBasicAuth(url.QueryEscape(r.id), url.QueryEscape(r.secret))
	return req
}

// get returns the body and the header of a response with status 200.
func (r remote) get(ctx context.Context, path string, limit int64) ([]byte, http.Header, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	req, err := r.request(ctx, path)
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("Accept", "application/json")
	return r.read(req, limit)
}

func (r remote) read(req *http.Request, limit int64) ([]byte, http.Header, error) {
	resp, err := r.do(req)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read a response: %w", err)
	}
	if int64(len(body)) > limit {
		return nil, nil, fmt.Errorf("a response of more than %d bytes", limit)
	}
	return body, resp.Header, nil
}

// do returns a response with status 200, whose body the caller must close.
func (r remote) do(req *http.Request) (*http.Response, error) {
	resp, err := r.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("call the service: %w", err)
	}
	if resp.StatusCode == http.StatusOK {
		return resp, nil
	}
	_ = resp.Body.Close()
	seconds, _ := strconv.ParseUint(resp.Header.Get("Retry-After"), 10, 16)
	return nil, &statusError{status: resp.StatusCode, retryAfter: time.Duration(seconds) * time.Second}
}
