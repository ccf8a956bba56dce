package httpapi

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"
)

// form sends a body to a form with the parameters token and hint, and returns what the handler behind it sees.
func form(t *testing.T, contentType, body string) (seen map[string][]string, err error) {
	t.Helper()
	req := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	req.Header.Set("Content-Type", contentType)
	c := echo.New().NewContext(req, httptest.NewRecorder())
	err = strictForm([]string{"token"}, []string{"hint"})(func(c echo.Context) error {
		seen, err = c.FormParams()
		return err
	})(c)
	return seen, err
}

func TestASoundFormReachesTheHandler(t *testing.T) {
	t.Parallel()
	for contentType, body := range map[string]string{
		"application/x-www-form-urlencoded":                "token=a%20b&hint=c",
		"Application/X-WWW-Form-Urlencoded; Charset=UTF-8": "hint=c&token=a+b",
	} {
		seen, err := form(t, contentType, body)
		if diff := cmp.Diff(map[string][]string{"token": {"a b"}, "hint": {"c"}}, seen); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", contentType, err, diff)
		}
	}
}

func TestAFormAtFaultIsRefusedByName(t *testing.T) {
	t.Parallel()
	const right = "application/x-www-form-urlencoded"
	for name, tt := range map[string]struct {
		contentType, body string
		status            int
		faults            string
	}{
		"nothing":                     {right, "", 400, "token required"},
		"an empty token":              {right, "token=", 400, "token required"},
		"twice, empty":                {right, "token=&token=", 400, "token repeated_parameter, token required"},
		"twice":                       {right, "token=a&token=a", 400, "token repeated_parameter"},
		"the optional one twice":      {right, "token=a&hint=b&hint=c", 400, "hint repeated_parameter"},
		"unknown":                     {right, "token=a&scope=b", 400, "scope unknown_parameter"},
		"another letter case":         {right, "Token=a", 400, "Token unknown_parameter, token required"},
		"all at once":                 {right, "hint=a&hint=b&x=c", 400, "hint repeated_parameter, x unknown_parameter, token required"},
		"U+0000":                      {right, "token=a%00", 400, "token null_character"},
		"bad UTF-8":                   {right, "token=%ff", 400, "token null_character"},
		"a bad escape":                {right, "token=%zz", 400, ""},
		"a semicolon for a separator": {right, "token=a;hint=b", 400, ""},
		"more than 64 KiB":            {right, "token=" + strings.Repeat("a", 64<<10), 413, ""},
		"JSON":                        {"application/json", `{"token":"a"}`, 415, ""},
		"no type":                     {"", "token=a", 415, ""},
		"another charset":             {right + "; charset=latin1", "token=a", 415, ""},
		"multipart":                   {"multipart/form-data; boundary=x", "--x--", 415, ""},
	} {
		seen, err := form(t, tt.contentType, tt.body)
		f, ok := errors.AsType[*fault](err)
		if !ok || f.status != tt.status || seen != nil {
			t.Errorf("%s: %v, and the handler saw %v", name, err, seen)
			continue
		}
		var faults []string
		for _, field := range f.fields {
			faults = append(faults, field.Field+" "+field.Code)
		}
		if diff := cmp.Diff(tt.faults, strings.Join(faults, ", ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestAQueryAtFaultIsRefused(t *testing.T) {
	t.Parallel()
	for query, sound := range map[string]bool{"": true, "since=a": true, "since=a&since=a": false, "until=a": false, "since=%zz": false, "since=a;b": false} {
		c := echo.New().NewContext(httptest.NewRequest(http.MethodGet, "/?"+query, nil), httptest.NewRecorder())
		err := strictQuery("since")(func(echo.Context) error { return nil })(c)
		if (err == nil) != sound {
			t.Errorf("%q: %v", query, err)
		}
	}
}
