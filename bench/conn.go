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
	exchangeTimeout = 30 * time.Second // for one request and its answer
	redialAfter     = 5 * time.Second  // unused: well below the time after which any server here hangs up
)

// conn is the one kept-alive HTTP/1.1 connection of one worker. It costs a fraction of what net/http's client does, which on
// shared cores would be taken from the service under load. It is not safe for concurrent use.
type conn struct {
	address string
	tcp     net.Conn // nil until the first request
	in      *bufio.Reader
	out     []byte
	body    []byte
	used    time.Time
}

// request is what a worker sends. Authorization and content type are left out if empty.
type request struct {
	method, path, authorization, contentType string
	body                                     []byte
}

// answer is what came back. Its body is good until the connection's next exchange.
type answer struct {
	status int
	body   []byte
}

// exchange sends a request in one write and reads the answer. After an error the next exchange dials anew.
func (c *conn) exchange(r request) (answer, error) {
	now := time.Now()
	if c.tcp == nil || now.Sub(c.used) > redialAfter {
		if err := c.dial(); err != nil {
			return answer{}, err
		}
	}
	c.used = now
	a, reusable, err := c.over(r, now)
	if err != nil {
		err = fmt.Errorf("%s %s: %w", r.method, r.path, err)
	}
	if err != nil || !reusable {
		c.close()
	}
	return a, err
}

func (c *conn) dial() (err error) {
	c.close()
	c.tcp, err = (&net.Dialer{Timeout: exchangeTimeout}).DialContext(context.Background(), "tcp", c.address)
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

func (c *conn) over(r request, now time.Time) (a answer, reusable bool, err error) {
	if err := c.tcp.SetDeadline(now.Add(exchangeTimeout)); err != nil {
		return answer{}, false, err
	}
	c.out = r.append(c.out[:0], c.address)
	if _, err := c.tcp.Write(c.out); err != nil {
		return answer{}, false, err
	}
	for {
		a.status, err = c.readStatus()
		if err != nil {
			return answer{}, false, err
		}
		h, err := c.readHeader()
		if err != nil {
			return answer{}, false, err
		}
		if a.status < 200 { // an interim answer
			continue
		}
		a.body, err = c.readBody(a.status, h)
		return a, !h.closes && err == nil, err
	}
}

// append writes the request as it goes over the wire.
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

var errMalformed = errors.New("the answer is not HTTP/1.1")

// line reads a line without its end. It is good until the next read.
func (c *conn) line() ([]byte, error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	return bytes.TrimRight(line, "\r\n"), nil
}

func (c *conn) readStatus() (int, error) {
	line, err := c.line()
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

// header is what an answer's header says about where its body ends (RFC 9112, section 6.3).
type header struct {
	length  int // -1 if it does not say
	chunked bool
	closes  bool // the connection ends with the answer
}

func (c *conn) readHeader() (header, error) {
	h := header{length: -1}
	for {
		line, err := c.line()
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
		return c.more(h.length)
	default:
		return nil, errMalformed // kept alive, an answer says how long it is
	}
}

// more reads n further bytes of the body.
func (c *conn) more(n int) ([]byte, error) {
	had := len(c.body)
	c.body = append(c.body, make([]byte, n)...)
	_, err := io.ReadFull(c.in, c.body[had:])
	return c.body, err
}

func (c *conn) readChunks() ([]byte, error) {
	for {
		line, err := c.line()
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
		if _, err := c.more(int(n)); err != nil {
			return nil, err
		}
		if end, err := c.line(); err != nil || len(end) > 0 {
			return nil, errors.Join(errMalformed, err)
		}
	}
}

// want sends a request, expects a status and reads the answer's JSON into into, if that is not nil.
func (c *conn) want(status int, r request, into any) error {
	a, err := c.exchange(r)
	if err != nil {
		return err
	}
	if a.status != status {
		return fmt.Errorf("%s %s: status %d: %s", r.method, r.path, a.status, a.body)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(a.body, into)
}
