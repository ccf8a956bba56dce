package verifier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/url"
	"time"
)

const (
	revocationsPath = "/revocations"
	// maxPageSize is in bytes. A page has at most 1000 revocations of about 150 bytes.
	maxPageSize = 4 << 20
)

// revocation is a revoked session as the feed sends it.
type revocation struct {
	SessionID string    `json:"sid"`
	RevokedAt time.Time `json:"ended_at"`
}

// page is a page of the list of revocations.
type page struct {
	Revocations []revocation `json:"revocations"`
	Next        string       `json:"next"`
	More        bool         `json:"more"`
}

// feed is the service's feed of revocations.
type feed struct{ remote }

// list returns the page of the list after a cursor; "" is the beginning.
func (f feed) list(ctx context.Context, since string) (page, error) {
	path := revocationsPath
	if since != "" {
		path += "?since=" + url.QueryEscape(since)
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	req, err := f.request(ctx, path)
	if err != nil {
		return page{}, err
	}
	req.Header.Set("Accept", "application/json")
	body, _, err := f.read(f.authenticated(req), maxPageSize)
	if err != nil {
		return page{}, err
	}
	var p page
	if err := json.Unmarshal(body, &p); err != nil {
		return page{}, fmt.Errorf("decode the list of revocations: %w", err)
	}
	// A page without a cursor, or one that does not advance, would be read forever.
	if p.Next == "" || p.More && p.Next == since {
		return page{}, errors.New("the list of revocations does not continue")
	}
	return p, nil
}

// stream opens the stream of the revocations after a cursor. The caller must close it.
func (f feed) stream(ctx context.Context, since string) (io.ReadCloser, error) {
	req, err := f.request(ctx, revocationsPath)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("Last-Event-ID", since)
	resp, err := f.do(f.authenticated(req))
	if err != nil {
		return nil, err
	}
	if kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type")); err != nil || kind != "text/event-stream" {
		_ = resp.Body.Close()
		return nil, errors.New("the response is no stream of events")
	}
	return resp.Body, nil
}
