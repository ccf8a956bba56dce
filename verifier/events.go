package verifier

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"
)

// maxEventSize is in bytes, of a line and of the data of an event. The service's events have about 200.
const maxEventSize = 64 << 10

var errEventSize = errors.New("an event of the stream is too large")

// event is what a stream of server-sent events contains: an event, or a comment.
type event struct {
	isComment bool
	kind      string // "message" if the stream does not name it
	data      string
}

// eventReader reads server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html, section 9.2.6). Unlike a
// browser it also returns comments, because the service's sign of life is one.
type eventReader struct {
	in      *bufio.Reader
	skipLF  bool // the last line ended with CR, so LF would belong to its end
	started bool

	// lastID is the id of the last event, to resume the stream with.
	lastID string
	// retry is the pause before a reconnection that the server asks for, or 0.
	retry time.Duration
}

func newEventReader(r io.Reader) *eventReader { return &eventReader{in: bufio.NewReader(r)} }

// next returns the next event or comment. An incomplete event at the end of the stream is lost, as the standard demands.
func (r *eventReader) next() (event, error) {
	kind, data, hasData, id := "", strings.Builder{}, false, r.lastID
	for {
		line, err := r.line()
		if err != nil {
			return event{}, err
		}
		if line == "" {
			r.lastID = id
			if !hasData {
				kind = ""
				continue
			}
			return event{kind: nonEmpty(kind, "message"), data: data.String()}, nil
		}
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "": // a comment; it may stand within an event, which it does not end
			if !hasData && kind == "" && id == r.lastID {
				return event{isComment: true, data: value}, nil
			}
		case "event":
			kind = value
		case "data":
			if hasData {
				data.WriteByte('\n')
			}
			if data.Len()+len(value) > maxEventSize {
				return event{}, errEventSize
			}
			data.WriteString(value)
			hasData = true
		case "id":
			if !strings.Contains(value, "\x00") {
				id = value
			}
		case "retry":
			r.setRetry(value)
		}
	}
}

func (r *eventReader) setRetry(value string) {
	if millis, err := strconv.ParseUint(value, 10, 31); err == nil && !strings.HasPrefix(value, "+") {
		r.retry = time.Duration(millis) * time.Millisecond
	}
}

// line returns the next line without its end: CR LF, LF or CR. It does not wait for a byte after CR.
func (r *eventReader) line() (string, error) {
	var b []byte
	for {
		c, err := r.in.ReadByte()
		if err != nil {
			return "", err
		}
		if r.skipLF && c == '\n' {
			r.skipLF = false
			continue
		}
		r.skipLF = c == '\r'
		if c == '\n' || c == '\r' {
			if !r.started {
				r.started, b = true, bytes.TrimPrefix(b, []byte("\ufeff"))
			}
			return string(b), nil
		}
		if len(b) == maxEventSize {
			return "", errEventSize
		}
		b = append(b, c)
	}
}

func nonEmpty(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
