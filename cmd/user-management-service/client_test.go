package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"testing"
)

// response is a response of the service that was already compared with the contract.
type response struct {
	status int
	header http.Header
	body   []byte
}

// request is one request to the service. body is sent unchanged if it is a string, and as JSON otherwise.
type request struct {
	method, path string
	body         any
	token        string // the access token, if any
	contentType  string // application/json if it is empty and there is a body
	header       http.Header
}

// do sends a request and fails the test unless openapi.yaml describes the response.
func (s *service) do(t *testing.T, r request) response {
	t.Helper()
	got, err := s.try(r)
	if err != nil {
		t.Fatalf("%s %s: %v", r.method, r.path, err)
	}
	return got
}

// try is do for other goroutines than the test's.
func (s *service) try(r request) (response, error) { return s.tryBy(client, r) }

// doFrom is do by a client with an address of 127.0.0.0/8. On Linux all of them are local.
func (s *service) doFrom(t *testing.T, source string, r request) response {
	t.Helper()
	from := clientAt(source)
	defer from.CloseIdleConnections()
	got, err := s.tryBy(from, r)
	if err != nil {
		t.Fatalf("%s %s: %v", r.method, r.path, err)
	}
	return got
}

func (s *service) tryBy(by *http.Client, r request) (response, error) {
	body, err := encode(r.body)
	if err != nil {
		return response{}, err
	}
	req, err := http.NewRequestWithContext(context.Background(), r.method, s.url+r.path, bytes.NewReader(body))
	if err != nil {
		return response{}, err
	}
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.contentType != "" {
		req.Header.Set("Content-Type", r.contentType)
	}
	if r.token != "" {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	maps.Copy(req.Header, r.header)
	resp, err := by.Do(req)
	if err != nil {
		return response{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return response{}, err
	}
	got := response{status: resp.StatusCode, header: resp.Header, body: raw}
	return got, s.contract.check(req, body, got)
}

// client follows no redirects, so that tests see every response, and keeps enough connections for parallel tests.
var client = &http.Client{
	Timeout:       waitLimit,
	Transport:     &http.Transport{MaxIdleConnsPerHost: 128},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func encode(body any) ([]byte, error) {
	switch b := body.(type) {
	case nil:
		return nil, nil
	case string:
		return []byte(b), nil
	default:
		return json.Marshal(b)
	}
}

func (s *service) post(t *testing.T, path string, body any) response {
	t.Helper()
	return s.do(t, request{method: http.MethodPost, path: path, body: body})
}

// postAs is post with an access token.
func (s *service) postAs(t *testing.T, accessToken, path string, body any) response {
	t.Helper()
	return s.do(t, request{method: http.MethodPost, path: path, token: accessToken, body: body})
}

// get sends a GET request, with an access token unless it is empty.
func (s *service) get(t *testing.T, accessToken, path string) response {
	t.Helper()
	return s.do(t, request{method: http.MethodGet, path: path, token: accessToken})
}

func (r response) want(t *testing.T, status int) response {
	t.Helper()
	if r.status != status {
		t.Fatalf("status %d, want %d: %s", r.status, status, r.body)
	}
	return r
}

func (r response) wantProblem(t *testing.T, status int, code string) {
	t.Helper()
	if got := r.want(t, status).problem(t).Code; got != code {
		t.Errorf("code %q, want %q", got, code)
	}
}

type tokens struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
	DeviceToken  string `json:"device_token"`
}

func (r response) tokens(t *testing.T) tokens {
	t.Helper()
	r.want(t, http.StatusOK)
	var pair tokens
	if err := json.Unmarshal(r.body, &pair); err != nil {
		t.Fatal(err)
	}
	return pair
}

type problem struct {
	Code   string `json:"code"`
	Errors []struct {
		Field string `json:"field"`
		Code  string `json:"code"`
	} `json:"errors"`
}

func (r response) problem(t *testing.T) problem {
	t.Helper()
	var p problem
	if err := json.Unmarshal(r.body, &p); err != nil {
		t.Fatalf("not a problem: %v: %s", err, r.body)
	}
	return p
}

// fields are the names of the invalid members.
func (p problem) fields() []string {
	var names []string
	for _, e := range p.Errors {
		names = append(names, e.Field)
	}
	return names
}
