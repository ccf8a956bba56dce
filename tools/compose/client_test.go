package compose

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"time"
)

var client = &http.Client{Timeout: time.Minute}

// response is what the service responded; the status is 0 if there was no response.
type response struct {
	status  int
	members map[string]any
	err     error
	refused bool // by the service, which asks to repeat the request later
}

func (r response) String() string {
	return fmt.Sprintf("status %d, code %q, error %v", r.status, r.text("code"), r.err)
}

func (r response) text(member string) string {
	text, _ := r.members[member].(string)
	return text
}

// request is one to the service. Its key is the Idempotency-Key.
type request struct {
	method, path, token, key string
	body                     map[string]any
}

func (p *project) send(r request) response {
	body, err := json.Marshal(r.body)
	if err != nil {
		return response{err: err}
	}
	req, err := http.NewRequest(r.method, p.proxy+r.path, bytes.NewReader(body))
	if err != nil {
		return response{err: err}
	}
	if r.method == http.MethodGet {
		req.Body, req.ContentLength = http.NoBody, 0
	} else {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.token != "" {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	if r.key != "" {
		req.Header.Set("Idempotency-Key", r.key)
	}
	// Go's client repeats some requests by itself if a connection closes without a response. That would hide that the proxy did not.
	sent := 0
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { sent++ }}
	resp, err := client.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err != nil {
		return response{err: err}
	}
	defer func() { _ = resp.Body.Close() }()
	if sent > 1 {
		return response{err: fmt.Errorf("the connection closed without a response, and Go sent the request %d times", sent)}
	}
	result := response{
		status: resp.StatusCode, refused: resp.StatusCode == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") != "",
	}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return response{err: fmt.Errorf("after the status %d: %w", resp.StatusCode, err)}
	}
	if len(text) > 0 {
		result.err = json.Unmarshal(text, &result.members)
	}
	return result
}

// email is one that the mail server caught.
type email struct{ To, Subject, Text string }

// emailsTo are the emails to an email address, newest first.
func (p *project) emailsTo(address string) (to []email, err error) {
	req, err := http.NewRequest(http.MethodGet, p.inbox, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	var all []email
	if err := json.NewDecoder(resp.Body).Decode(&all); err != nil {
		return nil, err
	}
	for _, e := range all {
		if e.To == address {
			to = append(to, e)
		}
	}
	return to, nil
}
