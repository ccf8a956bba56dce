package accounts

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"time"
)

const (
	maxAttempts    = 4
	firstBackoff   = 250 * time.Millisecond
	attemptTimeout = 30 * time.Second
	maxBody        = 64 << 20 // bytes of a response; the export of an account may have megabytes
)

// sender sends the requests of the generated client. It returns every response that is no success as a Problem.
type sender struct {
	client    *http.Client
	userAgent string
	maxWait   time.Duration
}

// Do sends the request, up to maxAttempts times as long as the waits between them stay within maxWait.
func (s *sender) Do(request *http.Request) (*http.Response, error) {
	request.Header.Set("User-Agent", s.userAgent)
	var waited time.Duration
	for attempt := 1; ; attempt++ {
		response, err := s.attempt(request)
		if err == nil {
			return response, nil
		}
		wait, repeat := waitBefore(request, err, attempt)
		if waited += wait; !repeat || waited > s.maxWait {
			return nil, err
		}
		select {
		case <-time.After(wait):
		case <-request.Context().Done():
			return nil, errors.Join(request.Context().Err(), err)
		}
	}
}

// attempt sends a copy of the request once and reads the whole response, so that a connection that breaks in its middle is an
// error of this attempt.
func (s *sender) attempt(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(request.Context(), timeoutOf(request.Context()))
	defer cancel()
	copied := request.Clone(ctx)
	if request.GetBody != nil {
		body, err := request.GetBody()
		if err != nil {
			return nil, fmt.Errorf("accounts: repeat the request's body: %w", err)
		}
		copied.Body = body
	}
	response, err := s.client.Do(copied)
	if err != nil {
		return nil, fmt.Errorf("accounts: send the request: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(http.MaxBytesReader(nil, response.Body, maxBody))
	if err != nil {
		return nil, fmt.Errorf("accounts: read the response: %w", err)
	}
	if response.StatusCode >= http.StatusMultipleChoices {
		return nil, problemOf(response, body, time.Now())
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

// waitBefore returns how long to wait before the request is repeated, and whether it may be.
func waitBefore(request *http.Request, err error, attempt int) (time.Duration, bool) {
	if attempt == maxAttempts || request.Context().Err() != nil {
		return 0, false
	}
	backoff := firstBackoff << (attempt - 1)
	backoff = backoff/2 + rand.N(backoff/2) //nolint:gosec // no secret
	var problem *Problem
	if !errors.As(err, &problem) {
		return backoff, isRepeatable(request)
	}
	switch problem.Status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		if problem.RetryAfter > 0 {
			// Clients that were refused together do not come back together.
			return problem.RetryAfter + rand.N(problem.RetryAfter/10+1), true //nolint:gosec // no secret
		}
		return backoff, true
	}
	return 0, false
}

// isRepeatable reports whether a request whose outcome is unknown may be sent again.
func isRepeatable(request *http.Request) bool {
	return request.Method == http.MethodGet || request.Method == http.MethodDelete ||
		request.Header.Get(idempotencyHeader) != "" || isRefresh(request.Context())
}

type refreshContext struct{}

// refreshTimeout is shorter than the service's reuse interval of 10 seconds: after a lost response, the next attempt with the same
// refresh token still yields the newest one.
const refreshTimeout = 8 * time.Second

// asRefresh marks the request to refresh the tokens.
func asRefresh(ctx context.Context) context.Context {
	return context.WithValue(ctx, refreshContext{}, true)
}

func isRefresh(ctx context.Context) bool { return ctx.Value(refreshContext{}) != nil }

func timeoutOf(ctx context.Context) time.Duration {
	if isRefresh(ctx) {
		return refreshTimeout
	}
	return attemptTimeout
}
