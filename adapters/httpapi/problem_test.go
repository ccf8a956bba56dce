package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/adapters/httpapi/internal/gen"
	"github.com/siriusys/user-management-service/domain"
)

func TestEveryKindOfFaultHasAStatusOfItsOwn(t *testing.T) {
	t.Parallel()
	seen := map[int]domain.Kind{}
	for _, kind := range domain.Kinds() {
		status := statusOf(kind)
		if other, taken := seen[status]; taken || status == http.StatusInternalServerError {
			t.Errorf("kind %d has status %d, as has kind %d", kind, status, other)
		}
		seen[status] = kind
	}
}

func TestOnlyWordsMadeForClientsLeave(t *testing.T) {
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
		"client gone":             {context.Canceled, 503, "unavailable"},
		"unknown path":            {echo.ErrNotFound, 404, "not_found"},
		"unknown method":          {echo.ErrMethodNotAllowed, 405, "method_not_allowed"},
		"another error of Echo's": {echo.NewHTTPError(http.StatusTeapot, secret.Error()), 500, "internal_error"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := answer(t, tt.err, http.MethodPost, "")
			var p gen.Problem
			if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil {
				t.Fatal(err)
			}
			if rec.Code != tt.status || p.Status != tt.status || p.Code != tt.code || p.Type != "urn:siriusys:problem:"+tt.code || p.RequestID != "id-1" {
				t.Errorf("%d %+v", rec.Code, p)
			}
			if strings.Contains(rec.Body.String(), "hunter2") {
				t.Errorf("the cause left: %s", rec.Body)
			}
			if got := rec.Header().Get("Retry-After"); (got != "") != (tt.status == 503) {
				t.Errorf("Retry-After %q", got)
			}
		})
	}
}

func TestEveryFaultyFieldIsNamedInOrder(t *testing.T) {
	t.Parallel()
	_, err := domain.ParseSignup(domain.PasswordPolicy{MinLength: 12}, "", "", "", "", "")
	var p gen.Problem
	if err := json.Unmarshal(answer(t, err, http.MethodPost, "").Body.Bytes(), &p); err != nil {
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

// RFC 6750, section 3.1: a request without any authentication gets no error code.
func TestTheChallengeTellsABadTokenFromNone(t *testing.T) {
	t.Parallel()
	none := answer(t, domain.ErrInvalidAccessToken, http.MethodGet, "").Header().Get("WWW-Authenticate")
	bad := answer(t, domain.ErrInvalidAccessToken, http.MethodGet, "Bearer x").Header().Get("WWW-Authenticate")
	if none != `Bearer realm="siriusys"` || bad != `Bearer realm="siriusys", error="invalid_token"` {
		t.Errorf("none: %s; bad: %s", none, bad)
	}
}

func TestAHeadRequestIsAnsweredWithoutABody(t *testing.T) {
	t.Parallel()
	if rec := answer(t, echo.ErrNotFound, http.MethodHead, ""); rec.Code != http.StatusNotFound || rec.Body.Len() > 0 {
		t.Errorf("%d %q", rec.Code, rec.Body)
	}
}

func answer(t *testing.T, err error, method, authorization string) *httptest.ResponseRecorder {
	t.Helper()
	rec := httptest.NewRecorder()
	req := httptest.NewRequest(method, "/", nil)
	req.Header.Set("Authorization", authorization)
	c := echo.New().NewContext(req, rec)
	c.Response().Header().Set(echo.HeaderXRequestID, "id-1")
	problems{slog.New(slog.DiscardHandler)}.handle(err, c)
	return rec
}
