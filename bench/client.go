package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// client speaks to a service over kept-alive connections.
type client struct {
	base string
	http *http.Client
}

func newClient(base string) *client {
	return &client{base: base, http: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConns: 512, MaxIdleConnsPerHost: 512}}}
}

// do sends JSON, expects a status and reads the answer into into, if that is not nil.
func (c *client) do(ctx context.Context, method, path, token string, body, into any, want int) error {
	var reader io.Reader = http.NoBody
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return err
		}
		reader = bytes.NewReader(encoded)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, reader)
	if err != nil {
		return err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return c.send(r, into, want)
}

// introspect asks about a token as another service.
func (c *client) introspect(ctx context.Context, id, secret, token string) error {
	form := strings.NewReader(url.Values{"token": {token}}.Encode())
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/introspect", form)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(id, secret)
	return c.send(r, nil, http.StatusOK)
}

func (c *client) send(r *http.Request, into any, want int) error {
	resp, err := c.http.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != want {
		return fmt.Errorf("%s %s: status %d: %s", r.Method, r.URL.Path, resp.StatusCode, body)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(body, into)
}

type pair struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
}

const password = "correct horse battery staple"

func signup(email string) map[string]string {
	return map[string]string{"email": email, "full_name": "Ada Lovelace", "country": "DE", "state_province": "DE-BY", "password": password}
}

func login(email string) map[string]string {
	return map[string]string{"email": email, "password": password}
}

// get asks for a path of the limit server.
func (c *client) get(ctx context.Context, path, token string) error {
	return c.do(ctx, http.MethodGet, path, token, nil, nil, http.StatusOK)
}
