package httpapi

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
)

// RFC 9562, section 4: one form, whose digits have either letter case on input.
func TestOnlyCanonicalUUIDsAreAccepted(t *testing.T) {
	t.Parallel()
	const id = "0198f3c2-7a51-7c3e-9d0b-4f1f6f0a2b11"
	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) { _ = c.NoContent(problemOf(err).status) }
	e.GET("/sessions/:id", func(c echo.Context) error { return c.NoContent(http.StatusOK) }, canonicalIDs)
	for given, want := range map[string]int{
		id: 200, strings.ToUpper(id): 200, "00000000-0000-0000-0000-000000000000": 200, "ffffffff-ffff-ffff-ffff-ffffffffffff": 200,
		"%30" + id[1:]:                         200, // the same URL (RFC 3986, section 6.2.2.2)
		"%7B" + id + "%7D":                     400,
		"{" + id + "}":                         400,
		"urn:uuid:" + id:                       400,
		"URN:UUID:" + id:                       400,
		strings.ReplaceAll(id, "-", ""):        400,
		strings.ReplaceAll(id, "-", "_"):       400,
		"0198f3c2-7a517c3e-9d0b-4f1f6f0a2b11":  400,
		"0198f3c27-a51-7c3e-9d0b-4f1f6f0a2b11": 400,
		id + "0":                               400, id[1:]: 400, id + "%20": 400, "%20" + id: 400, id + "%0A": 400, id + "%00": 400,
		id[:35] + "g": 400, id[:35] + "%EF%BC%91": 400, "x": 400, "%zz": 400, id + "%2Fx": 400, "%22" + id + "%22": 400,
		"": 404, "a/b": 404, id + "/": 404,
	} {
		req := httptest.NewRequest(http.MethodGet, "/sessions/", nil)
		req.URL.Path, req.URL.RawPath = "/sessions/"+given, "/sessions/"+given
		rec := httptest.NewRecorder()
		e.ServeHTTP(rec, req)
		if rec.Code != want {
			t.Errorf("%q: status %d, want %d", given, rec.Code, want)
		}
	}
}

func TestProblemListsAHundredInvalidParametersAtMost(t *testing.T) {
	t.Parallel()
	_, err := parseParameters("a0=&"+strings.Repeat("a0=&", 10)+manyParameters(150), nil, nil)
	if p := problemOf(err); len(p.fields) != maxFieldErrors || p.status != http.StatusBadRequest {
		t.Errorf("status %d with %d invalid parameters", p.status, len(p.fields))
	}
}

func manyParameters(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("p" + strings.Repeat("x", i) + "=1&")
	}
	return b.String()
}
