package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/adapters/httpapi/internal/gen"
	"github.com/siriusys/user-management-service/domain"
)

func TestEveryKindOfErrorHasItsOwnStatus(t *testing.T) {
	t.Parallel()
	seen := map[int]domain.Kind{}
	for _, kind := range domain.Kinds() {
		status := statusOf(kind)
		if other, used := seen[status]; used || status == http.StatusInternalServerError {
			t.Errorf("kind %d has status %d, as does kind %d", kind, status, other)
		}
		seen[status] = kind
	}
}

func TestProblemsContainOnlyTextsForClients(t *testing.T) {
	t.Parallel()
	secret := errors.New("password=hunter2 host=10.0.0.1")
	tests := map[string]struct {
		err    error
		status int
		code   string
	}{
		"any error":               {secret, 500, "internal_error"},
		"wrapped domain error":    {fmt.Errorf("%w: %w", domain.ErrBusy, secret), 503, "unavailable"},
		"joined domain error":     {errors.Join(secret, domain.ErrInvalidCredentials), 401, "invalid_credentials"},
		"deadline":                {fmt.Errorf("query: %w: %w", context.DeadlineExceeded, secret), 503, "unavailable"},
		"client disconnected":     {context.Canceled, 503, "unavailable"},
		"unknown path":            {echo.ErrNotFound, 404, "not_found"},
		"unknown method":          {echo.ErrMethodNotAllowed, 405, "method_not_allowed"},
		"another error of Echo's": {echo.NewHTTPError(http.StatusTeapot, secret.Error()), 500, "internal_error"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := respond(t, tt.err, http.MethodPost, "")
			var got gen.Problem
			if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			want := gen.Problem{
				Type: "urn:siriusys:problem:" + tt.code, Title: http.StatusText(tt.status), Status: tt.status, Code: tt.code,
				RequestID: "id-1", Detail: got.Detail,
			}
			if diff := cmp.Diff(want, got); rec.Code != tt.status || diff != "" {
				t.Errorf("status %d, problem (-want +got):\n%s", rec.Code, diff)
			}
			if strings.Contains(rec.Body.String(), "hunter2") {
				t.Errorf("the response contains the cause: %s", rec.Body)
			}
			if got := rec.Header().Get("Retry-After"); (got != "") != (tt.status == 503) {
				t.Errorf("Retry-After is %q", got)
			}
		})
	}
}

func TestProblemListsEveryInvalidFieldInOrder(t *testing.T) {
	t.Parallel()
	_, err := domain.ParseSignup(domain.PasswordPolicy{MinLength: 12}, "", "", "", "", "")
	var p gen.Problem
	if err := json.Unmarshal(respond(t, err, http.MethodPost, "").Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	want := []gen.FieldError{
		{Field: "email", Code: "required", Text: "is required"}, {Field: "full_name", Code: "required", Text: "is required"},
		{Field: "country", Code: "required", Text: "is required"}, {Field: "password", Code: "required", Text: "is required"},
	}
	if diff := cmp.Diff(want, p.Errors); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
