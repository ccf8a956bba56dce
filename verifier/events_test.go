package verifier

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"
)

// readAll returns all events of a stream, and the error that ends it.
func readAll(r io.Reader) (*eventReader, []event, error) {
	events := newEventReader(r)
	var all []event
	for {
		e, err := events.next()
		if err != nil {
			return events, all, err
		}
		all = append(all, e)
	}
}

func TestEventsAreThoseOfTheStandard(t *testing.T) {
	t.Parallel()
	message := func(data string) event { return event{kind: "message", data: data} }
	comment := event{isComment: true, data: "alive"}
	for name, tt := range map[string]struct {
		stream string
		want   []event
		lastID string
	}{
		"of the service":        {"id: c\nevent: revocation\ndata: {}\n\n", []event{{kind: "revocation", data: "{}"}}, "c"},
		"a comment":             {": alive\n\n", []event{comment}, ""},
		"a comment after retry": {"retry: 1000\n\n: alive\n\n", []event{comment}, ""},
		"several lines of data": {"data: a\ndata:\ndata: c\n\n", []event{message("a\n\nc")}, ""},
		"one space is removed":  {"data:  a\n\n", []event{message(" a")}, ""},
		"no space":              {"data:a\n\n", []event{message("a")}, ""},
		"no colon":              {"data\n\n", []event{message("")}, ""},
		"no data":               {"event: x\nid: 1\n\ndata: a\n\n", []event{message("a")}, "1"},
		"an incomplete event":   {"data: a\n\nid: 2\ndata: b\n", []event{message("a")}, ""},
		"the id stays":          {"id: 1\ndata: a\n\ndata: b\n\n", []event{message("a"), message("b")}, "1"},
		"an empty id resets it": {"id: 1\ndata: a\n\nid\ndata: b\n\n", []event{message("a"), message("b")}, ""},
		"an id with NUL":        {"id: 1\ndata: a\n\nid: 2\x00\ndata: b\n\n", []event{message("a"), message("b")}, "1"},
		"an unknown field":      {"datum: a\ndata: b\n\n", []event{message("b")}, ""},
		"a byte order mark":     {"\ufeffdata: a\n\n", []event{message("a")}, ""},
		"a second mark":         {"\ufeff\ufeffdata: a\n\n", nil, ""},
		"CR":                    {"data: a\r\rdata: b\r\r", []event{message("a"), message("b")}, ""},
		"CR LF":                 {"data: a\r\n\r\ndata: b\r\n\r\n", []event{message("a"), message("b")}, ""},
		"mixed":                 {"data: a\r\n\ndata: b\n\r", []event{message("a"), message("b")}, ""},
		"comment in an event":   {"data: a\n: alive\ndata: b\n\n", []event{message("a\nb")}, ""},
	} {
		for _, in := range []io.Reader{strings.NewReader(tt.stream), iotest.OneByteReader(strings.NewReader(tt.stream))} {
			events, got, err := readAll(in)
			if !reflect.DeepEqual(got, tt.want) || events.lastID != tt.lastID || !errors.Is(err, io.EOF) {
				t.Errorf("%s: %+v, last ID %q, error %v", name, got, events.lastID, err)
			}
		}
	}
}

func TestRetryIsANumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{"1000": time.Second, "": 0, "+1": 0, "-1": 0, "1s": 0, "99999999999999999999": 0} {
		if events, _, _ := readAll(strings.NewReader("retry: " + text + "\n\n")); events.retry != want {
			t.Errorf("%q is %v", text, events.retry)
		}
	}
}

func TestEventsThatAreTooLargeEndTheStream(t *testing.T) {
	t.Parallel()
	for name, stream := range map[string]string{
		"a line": "data: " + strings.Repeat("x", maxEventSize), "lines": strings.Repeat("data: "+strings.Repeat("x", 1000)+"\n", 70),
	} {
		if _, _, err := readAll(strings.NewReader(stream + "\n\n")); !errors.Is(err, errEventSize) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An event arrives when its empty line does, without a byte after it.
func TestAnEventNeedsNoFurtherByte(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"\n", "\r", "\r\n"} {
		in, out := io.Pipe()
		go func() { _, _ = io.WriteString(out, "data: a"+end+end) }()
		if e, err := newEventReader(in).next(); err != nil || e.data != "a" {
			t.Errorf("%q: %+v, %v", end, e, err)
		}
		_ = in.Close()
	}
}

// Whatever a server encodes is what the reader returns, in any chunks and with any end of line.
func TestEveryEventIsReadAsItWasSent(t *testing.T) {
	t.Parallel()
	line := rapid.StringMatching(`[^\r\n\x00]{0,20}`)
	rapid.Check(t, func(t *rapid.T) {
		end := rapid.SampledFrom([]string{"\n", "\r", "\r\n"}).Draw(t, "end")
		var want []event
		text, id := "", ""
		for range rapid.IntRange(0, 5).Draw(t, "events") {
			if rapid.Bool().Draw(t, "comment") {
				c := line.Draw(t, "text")
				text += ": " + c + end
				want = append(want, event{isComment: true, data: c})
				continue
			}
			id = line.Draw(t, "id")
			kind := rapid.StringMatching(`[a-z]{1,8}`).Draw(t, "kind")
			data := rapid.SliceOfN(line, 1, 4).Draw(t, "data")
			text += fmt.Sprintf("id: %s%sevent: %s%s", id, end, kind, end)
			for _, d := range data {
				text += "data: " + d + end
			}
			text += end
			want = append(want, event{kind: kind, data: strings.Join(data, "\n")})
		}
		events, got, _ := readAll(iotest.HalfReader(strings.NewReader(text)))
		if !reflect.DeepEqual(got, want) || events.lastID != id {
			t.Fatalf("%q: got %+v, want %+v; last ID %q, want %q", text, got, want, events.lastID, id)
		}
	})
}

// The reader ends for every input, with a known error, and the chunks in which the input arrives do not matter.
func FuzzEvents(f *testing.F) {
	for _, seed := range []string{"", ": alive\n\n", "retry: 1\r\rid: a\rdata: b\r\n\r\n", "\ufeffevent: x\ndata\n\n", "data: \x00\xff\n\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, stream string) {
		whole, events, err := readAll(strings.NewReader(stream))
		if !errors.Is(err, io.EOF) && !errors.Is(err, errEventSize) {
			t.Fatal(err)
		}
		bytewise, again, _ := readAll(iotest.OneByteReader(strings.NewReader(stream)))
		if !reflect.DeepEqual(events, again) || whole.lastID != bytewise.lastID || whole.retry != bytewise.retry {
			t.Fatalf("%+v and bytewise %+v", events, again)
		}
		for _, e := range events {
			if strings.Contains(e.data, "\r") || strings.Contains(whole.lastID, "\n") {
				t.Fatalf("%+v", e)
			}
		}
	})
}
