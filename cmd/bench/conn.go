package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	exchangeTimeout = 30 * time.Second // for one request and its response
	// maxIdle is how long a connection may be unused before it is replaced. Every server here closes idle ones much later.
	maxIdle = 5 * time.Second
)

// conn is the one kept-alive HTTP/1.1 connection of one load client. It uses a fraction of the CPU time of net/http's client,
// which leaves more of the shared cores to the service under load. It is not safe for concurrent use.
type conn struct {
	address string
	source  string   // the local IP address to connect from; empty for the system's choice
	tcp     net.Conn // nil until the first request
	in      *bufio.Reader
	out     []byte
	body    []byte
	used    time.Time // when the last request was sent
}

// request is what a load client sends. Empty authorization and content type send no header.
type request struct {
	method, path, authorization, contentType string
	body                                     []byte
}

// response is valid until the connection's next exchange, which overwrites its body.
type response struct {
	status int
	body   []byte
}

// exchange sends a request in one write and reads the response. After an error the next exchange dials a new connection.
func (c *conn) exchange(r request) (response, error) {
	now := time.Now()
	if c.tcp == nil || now.Sub(c.used) > maxIdle {
		if err := c.dial(context.Background()); err != nil {
			return response{}, err
		}
	}
	c.used = now
	got, reusable, err := c.roundTrip(r, now)
	if err != nil {
		err = fmt.Errorf("%s %s: %w", r.method, r.path, err)
	}
	if err != nil || !reusable {
		c.close()
	}
	return got, err
}

func (c *conn) dial(ctx context.Context) (err error) {
	c.close()
	dialer := &net.Dialer{Timeout: exchangeTimeout}
	if c.source != "" {
		dialer.LocalAddr = &net.TCPAddr{IP: net.ParseIP(c.source)}
	}
	c.tcp, err = dialer.DialContext(ctx, "tcp", c.address)
	if err != nil {
		return err
	}
	c.in = bufio.NewReaderSize(c.tcp, 8<<10)
	return nil
}

func (c *conn) close() {
	if c.tcp != nil {
		_ = c.tcp.Close()
		c.tcp = nil
	}
}

func (c *conn) roundTrip(r request, now time.Time) (got response, reusable bool, err error) {
	if err := c.tcp.SetDeadline(now.Add(exchangeTimeout)); err != nil {
		return response{}, false, err
	}
	c.out = r.append(c.out[:0], c.address)
	if _, err := c.tcp.Write(c.out); err != nil {
		return response{}, false, err
	}
	for {
		got.status, err = c.readStatus()
		if err != nil {
			return response{}, false, err
		}
		h, err := c.readHeader()
		if err != nil {
			return response{}, false, err
		}
		if got.status < 200 { // an interim response (RFC 9110, section 15.2)
			continue
		}
		got.body, err = c.readBody(got.status, h)
		return got, !h.closes && err == nil, err
	}
}

// append appends the request in the format of HTTP/1.1.
func (r request) append(to []byte, host string) []byte {
	to = fmt.Appendf(to, "%s %s HTTP/1.1\r\nHost: %s\r\n", r.method, r.path, host)
	if r.authorization != "" {
		to = fmt.Appendf(to, "Authorization: %s\r\n", r.authorization)
	}
	if r.contentType != "" {
		to = fmt.Appendf(to, "Content-Type: %s\r\n", r.contentType)
	}
	if r.method != http.MethodGet {
		to = fmt.Appendf(to, "Content-Length: %d\r\n", len(r.body))
	}
	return append(append(to, "\r\n"...), r.body...)
}

var errMalformed = errors.New("the response is not valid HTTP/1.1")

// readLine reads a line without its end. The line is valid until the next read.
func (c *conn) readLine() ([]byte, error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	return bytes.TrimRight(line, "\r\n"), nil
}

func (c *conn) readStatus() (int, error) {
	line, err := c.readLine()
	if err != nil {
		return 0, err
	}
	rest, ok := bytes.CutPrefix(line, []byte("HTTP/1.1 "))
	if !ok || len(rest) < 3 {
		return 0, errMalformed
	}
	status, err := strconv.Atoi(string(rest[:3]))
	if err != nil || status < 100 {
		return 0, errMalformed
	}
	return status, nil
}

// header has the fields of a response that delimit its body (RFC 9112, section 6.3).
type header struct {
	length  int // -1 without Content-Length
	chunked bool
	closes  bool // the server closes the connection after the response
}

func (c *conn) readHeader() (header, error) {
	h := header{length: -1}
	for {
		line, err := c.readLine()
		if err != nil || len(line) == 0 {
			return h, err
		}
		name, value, ok := bytes.Cut(line, []byte(":"))
		if !ok {
			return h, errMalformed
		}
		value = bytes.TrimSpace(value)
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if h.length, err = strconv.Atoi(string(value)); err != nil || h.length < 0 {
				return h, errMalformed
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			h.chunked = bytes.EqualFold(value, []byte("chunked"))
		case bytes.EqualFold(name, []byte("Connection")):
			h.closes = bytes.EqualFold(value, []byte("close"))
		}
	}
}

func (c *conn) readBody(status int, h header) ([]byte, error) {
	c.body = c.body[:0]
	switch {
	case status == http.StatusNoContent || status == http.StatusNotModified:
		return nil, nil
	case h.chunked:
		return c.readChunks()
	case h.length >= 0:
		return c.readMore(h.length)
	default:
		return nil, errMalformed // only the end of the connection would delimit the body
	}
}

// readMore reads n further bytes of the body.
func (c *conn) readMore(n int) ([]byte, error) {
	before := len(c.body)
	c.body = append(c.body, make([]byte, n)...)
	_, err := io.ReadFull(c.in, c.body[before:])
	return c.body, err
}

func (c *conn) readChunks() ([]byte, error) {
	for {
		line, err := c.readLine()
		if err != nil {
			return nil, err
		}
		size, _, _ := strings.Cut(string(line), ";")
		n, err := strconv.ParseUint(strings.TrimSpace(size), 16, 31)
		if err != nil {
			return nil, errMalformed
		}
		if n == 0 {
			_, err = c.readHeader() // trailers
			return c.body, err
		}
		if _, err := c.readMore(int(n)); err != nil {
			return nil, err
		}
		if end, err := c.readLine(); err != nil || len(end) > 0 {
			return nil, errors.Join(errMalformed, err)
		}
	}
}

// expect sends a request and returns an error unless the response has the status. It decodes the response's JSON into target,
// unless that is nil.
func (c *conn) expect(status int, r request, target any) error {
	_, err := c.exchangeJSON(r, status, target)
	return err
}

// exchangeJSON is expect, and also returns the status: 0 without a response.
func (c *conn) exchangeJSON(r request, want int, target any) (status int, err error) {
	got, err := c.exchange(r)
	switch {
	case err != nil:
		return 0, err
	case got.status != want:
		return got.status, fmt.Errorf("%s %s: status %d: %s", r.method, r.path, got.status, got.body)
	case target == nil:
		return got.status, nil
	default:
		return got.status, json.Unmarshal(got.body, target)
	}
}
