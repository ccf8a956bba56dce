package httpapi

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/labstack/echo/v4"
)

func TestOnlyTheCodingIdentityIsAccepted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		fields   []string
		accepted bool
	}{
		{nil, true},
		{[]string{""}, true},
		{[]string{"identity"}, true},
		{[]string{"IDENTITY"}, true},
		{[]string{" identity ,\tidentity"}, true},
		{[]string{"identity", "identity"}, true},
		{[]string{","}, true},
		{[]string{"gzip"}, false},
		{[]string{"GZIP"}, false},
		{[]string{"x-gzip"}, false},
		{[]string{"deflate"}, false},
		{[]string{"br"}, false},
		{[]string{"zstd"}, false},
		{[]string{"unknown"}, false},
		{[]string{"gzip, identity"}, false},
		{[]string{"identity, gzip"}, false},
		{[]string{"identity", "gzip"}, false},
		{[]string{"identity;q=1"}, false},
		{[]string{"identity gzip"}, false},
		{[]string{"*"}, false},
	} {
		header := http.Header{"Content-Encoding": tt.fields}
		if err := checkContentCoding(header); (err == nil) != tt.accepted {
			t.Errorf("%q: error %v", tt.fields, err)
		}
	}
}

// unreadable fails the test when the service reads it.
type unreadable struct{ t *testing.T }

func (u unreadable) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, http.ErrBodyReadAfterClose
}

func (unreadable) Close() error { return nil }

func TestWhatTheHeaderShowsIsRefusedBeforeTheBodyIsRead(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		contentType, coding string
		length              int64
		want                int
	}{
		"too long":              {echo.MIMEApplicationJSON, "", maxBodyBytes + 1, 413},
		"another type":          {"text/plain", "", 2, 415},
		"no type":               {"", "", 2, 415},
		"another type, chunked": {"text/plain", "", -1, 415},
		"compressed":            {echo.MIMEApplicationJSON, "gzip", 2, 415},
		"compressed, chunked":   {echo.MIMEApplicationJSON, "gzip", -1, 415},
	} {
		req := httptest.NewRequest(http.MethodPost, "/", nil)
		req.Body, req.ContentLength = unreadable{t}, tt.length
		req.Header.Set("Content-Type", tt.contentType)
		req.Header.Set("Content-Encoding", tt.coding)
		_, err := readBody(echo.New().NewContext(req, httptest.NewRecorder()), echo.MIMEApplicationJSON)
		if err == nil || problemOf(err).status != tt.want {
			t.Errorf("%s: error %v, want status %d", name, err, tt.want)
		}
	}
}

// A body of unknown length that turns out to be empty needs no type.
func TestEmptyChunkedBodyIsNone(t *testing.T) {
	t.Parallel()
	req := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(""))
	req.ContentLength = -1
	body, err := readBody(echo.New().NewContext(req, httptest.NewRecorder()), echo.MIMEApplicationJSON)
	if err != nil || len(body) > 0 {
		t.Errorf("body %q, error %v", body, err)
	}
}

// Each operation has one code for a body that it cannot read.
func TestBodyThatEndsEarlyHasTheCodeOfItsType(t *testing.T) {
	t.Parallel()
	for contentType, want := range map[string]string{echo.MIMEApplicationJSON: "invalid_json", echo.MIMEApplicationForm: "invalid_request"} {
		req := httptest.NewRequest(http.MethodPost, "/", iotest.ErrReader(io.ErrUnexpectedEOF))
		req.Header.Set("Content-Type", contentType)
		_, err := readBody(echo.New().NewContext(req, httptest.NewRecorder()), contentType)
		if p := problemOf(err); p.status != http.StatusBadRequest || p.code != want {
			t.Errorf("%s: status %d, code %s", contentType, p.status, p.code)
		}
	}
}
