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

// bindForm sends a body to a form with the parameters token (required) and hint. It returns what the handler receives.
func bindForm(t *testing.T, contentType, body string) (received map[string][]string, err error) {
	t.Helper()
	req := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	req.Header.Set("Content-Type", contentType)
	c := echo.New().NewContext(req, httptest.NewRecorder())
	err = strictForm([]string{"token"}, []string{"hint"})(func(c echo.Context) error {
		received, err = c.FormParams()
		return err
	})(c)
	return received, err
}

func TestValidFormReachesTheHandler(t *testing.T) {
	t.Parallel()
	for contentType, body := range map[string]string{
		"application/x-www-form-urlencoded":                "token=a%20b&hint=c",
		"Application/X-WWW-Form-Urlencoded; Charset=UTF-8": "hint=c&token=a+b",
	} {
		received, err := bindForm(t, contentType, body)
		if diff := cmp.Diff(map[string][]string{"token": {"a b"}, "hint": {"c"}}, received); diff != "" || err != nil {
			t.Errorf("%s: error %v (-want +got):\n%s", contentType, err, diff)
		}
	}
}

func TestInvalidFormIsRefusedWithEachParameter(t *testing.T) {
	t.Parallel()
	const form = "application/x-www-form-urlencoded"
	for name, tt := range map[string]struct {
		contentType, body string
		status            int
		invalid           string
	}{
		"nothing":                  {form, "", 400, "token required"},
		"an empty token":           {form, "token=", 400, "token required"},
		"twice, empty":             {form, "token=&token=", 400, "token repeated_parameter, token required"},
		"twice":                    {form, "token=a&token=a", 400, "token repeated_parameter"},
		"the optional one twice":   {form, "token=a&hint=b&hint=c", 400, "hint repeated_parameter"},
		"unknown":                  {form, "token=a&scope=b", 400, "scope unknown_parameter"},
		"another letter case":      {form, "Token=a", 400, "Token unknown_parameter, token required"},
		"several violations":       {form, "hint=a&hint=b&x=c", 400, "hint repeated_parameter, x unknown_parameter, token required"},
		"U+0000":                   {form, "token=a%00", 400, "token null_character"},
		"bad UTF-8":                {form, "token=%ff", 400, "token null_character"},
		"a bad escape":             {form, "token=%zz", 400, ""},
		"a semicolon as separator": {form, "token=a;hint=b", 400, ""},
		"more than 64 KiB":         {form, "token=" + strings.Repeat("a", 64<<10), 413, ""},
		"JSON":                     {"application/json", `{"token":"a"}`, 415, ""},
		"no type":                  {"", "token=a", 415, ""},
		"another charset":          {form + "; charset=latin1", "token=a", 415, ""},
		"multipart":                {"multipart/form-data; boundary=x", "--x--", 415, ""},
	} {
		received, err := bindForm(t, tt.contentType, tt.body)
		p, ok := errors.AsType[*problem](err)
		if !ok || p.status != tt.status || received != nil {
			t.Errorf("%s: error %v; the handler received %v", name, err, received)
			continue
		}
		var invalid []string
		for _, field := range p.fields {
			invalid = append(invalid, field.Field+" "+field.Code)
		}
		if diff := cmp.Diff(tt.invalid, strings.Join(invalid, ", ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestInvalidQueryIsRefused(t *testing.T) {
	t.Parallel()
	for query, valid := range map[string]bool{
		"": true, "since=a": true, "since=a&since=a": false, "until=a": false, "since=%zz": false, "since=a;b": false,
	} {
		c := echo.New().NewContext(httptest.NewRequest(http.MethodGet, "/?"+query, nil), httptest.NewRecorder())
		err := strictQuery("since")(func(echo.Context) error { return nil })(c)
		if (err == nil) != valid {
			t.Errorf("%q: error %v", query, err)
		}
	}
}
