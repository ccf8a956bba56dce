package accounts

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

const hunter2 = "hunter2" // is in everything that must not be printed

func TestNothingSecretIsPrinted(t *testing.T) {
	t.Parallel()
	name := hunter2
	for _, value := range []any{
		Secret(hunter2), someTokens, &someTokens,
		Signup{Email: hunter2, FullName: hunter2, Country: hunter2, StateProvince: hunter2, Password: hunter2},
		&Signup{Email: hunter2}, Profile{Email: hunter2, FullName: hunter2}, ProfileChange{FullName: &name},
		struct{ Password Secret }{hunter2}, map[string]Secret{"password": hunter2},
	} {
		var printed bytes.Buffer
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&printed, verb+"\n", value)
		}
		slog.New(slog.NewTextHandler(&printed, nil)).Info("", "value", value)
		slog.New(slog.NewJSONHandler(&printed, nil)).Info("", "value", value)
		for _, secret := range []string{hunter2, fmt.Sprintf("%x", hunter2)} {
			if strings.Contains(printed.String(), secret) {
				t.Errorf("%T prints its secret: %s", value, printed.String())
			}
		}
	}
	if text, err := json.Marshal(someTokens); err != nil || strings.Contains(string(text), hunter2) {
		t.Errorf("%s, %v", text, err)
	}
}

// Neither the service nor a proxy nor the network can make an error repeat what was sent.
func TestErrorsContainNothingThatWasSent(t *testing.T) {
	t.Parallel()
	secrets := Signup{Email: hunter2 + "@example.com", FullName: hunter2, Password: hunter2}
	for name, respond := range map[string]func(*http.Request) (*http.Response, error){
		"a proxy's page": func(r *http.Request) (*http.Response, error) { return echo(r, http.StatusBadGateway, "text/html"), nil },
		"no problem":     func(r *http.Request) (*http.Response, error) { return echo(r, 422, "application/problem+json"), nil },
		"no tokens":      func(r *http.Request) (*http.Response, error) { return echo(r, http.StatusOK, "application/json"), nil },
		"no JSON":        func(r *http.Request) (*http.Response, error) { return echo(r, http.StatusOK, "text/plain"), nil },
		"no connection":  func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF },
	} {
		c, err := New(fakeURL, Options{HTTPClient: &http.Client{Transport: roundTripper(respond)}, MaxWait: -1})
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{
			c.SignUp(t.Context(), secrets), c.LogIn(t.Context(), secrets.Email, secrets.Password),
			c.VerifyEmail(t.Context(), hunter2, hunter2), c.ResetPassword(t.Context(), hunter2, hunter2),
		} {
			if text := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(text, hunter2) {
				t.Errorf("%s: %s", name, text)
			}
			if problem := (*Problem)(nil); errors.As(err, &problem) && strings.Contains(fmt.Sprintf("%+v", *problem), hunter2) {
				t.Errorf("%s: %+v", name, *problem)
			}
		}
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// echo responds with what was sent.
func echo(r *http.Request, status int, contentType string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {contentType}}, Body: r.Body, Request: r}
}
