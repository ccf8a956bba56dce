package accounts

import (
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestProblems(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status                        int
		contentType, body, retryAfter string
		want                          Problem
		text                          string
	}{
		"with fields": {
			422, "application/problem+json; charset=utf-8",
			`{"type":"urn:x","title":"Unprocessable Entity","status":422,"detail":"Some fields are invalid.","code":"invalid_fields",
			"request_id":"r-1","new":1,"errors":[{"field":"country","code":"unknown_country","text":"is unknown","new":1}]}`, "",
			Problem{
				Status: 422, Code: "invalid_fields", Title: "Unprocessable Entity", Detail: "Some fields are invalid.", RequestID: "r-1",
				Fields: []FieldError{{"country", "unknown_country", "is unknown"}},
			},
			"accounts: 422 invalid_fields, country: unknown_country (request r-1)",
		},
		"with a wait in seconds": {
			429, "application/problem+json", `{"title":"Too Many Requests","code":"too_many_requests","request_id":"r-1"}`, "30",
			Problem{Status: 429, Code: "too_many_requests", Title: "Too Many Requests", RequestID: "r-1", RetryAfter: 30 * time.Second},
			"accounts: 429 too_many_requests (request r-1)",
		},
		"of a proxy, with a date": {
			503, "text/html", `<html>`, "Wed, 31 Dec 2036 23:00:00 GMT",
			Problem{Status: 503, Title: "Service Unavailable", RequestID: "r-2"}, "accounts: 503  (request r-2)",
		},
		"with a date in the past": {
			503, "text/html", "", "Wed, 31 Dec 2014 23:00:00 GMT",
			Problem{Status: 503, Title: "Service Unavailable", RequestID: "r-2"}, "accounts: 503  (request r-2)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := New(fakeURL, Options{MaxWait: -1, HTTPClient: &http.Client{Transport: roundTripper(
				func(r *http.Request) (*http.Response, error) {
					header := http.Header{"Content-Type": {c.contentType}, "Retry-After": {c.retryAfter}, "X-Request-Id": {"r-2"}}
					return &http.Response{StatusCode: c.status, Header: header, Body: io.NopCloser(strings.NewReader(c.body)), Request: r}, nil
				})}})
			if err != nil {
				t.Fatal(err)
			}
			err = client.SignUp(t.Context(), signup)
			var problem *Problem
			if !errors.As(err, &problem) {
				t.Fatalf("got %v", err)
			}
			if isFuture := strings.Contains(c.retryAfter, "2036"); isFuture && problem.RetryAfter < time.Hour {
				t.Errorf("wait %v", problem.RetryAfter)
			} else if isFuture {
				problem.RetryAfter = 0
			}
			if !reflect.DeepEqual(*problem, c.want) {
				t.Errorf("got %+v, want %+v", *problem, c.want)
			}
			if problem.Error() != c.text {
				t.Errorf("got %q, want %q", problem.Error(), c.text)
			}
		})
	}
}
