package httpapi

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/domain"
)

// respond returns the response to a request that failed with err.
func respond(t *testing.T, err error, method, authorization string) *httptest.ResponseRecorder {
	t.Helper()
	rec := httptest.NewRecorder()
	req := httptest.NewRequest(method, "/", nil)
	req.Header.Set("Authorization", authorization)
	c := echo.New().NewContext(req, rec)
	c.Response().Header().Set(echo.HeaderXRequestID, "id-1")
	problemWriter{slog.New(slog.DiscardHandler)}.write(err, c)
	return rec
}

// RFC 6750, section 3.1: the challenge to a request without a token has no error code.
func TestChallengeHasAnErrorCodeOnlyForAToken(t *testing.T) {
	t.Parallel()
	for authorization, want := range map[string]string{
		"":         `Bearer realm="siriusys"`,
		"Bearer x": `Bearer realm="siriusys", error="invalid_token"`,
	} {
		rec := respond(t, domain.ErrInvalidAccessToken, http.MethodGet, authorization)
		if got := rec.Header().Get("WWW-Authenticate"); got != want {
			t.Errorf("%q: the challenge is %s", authorization, got)
		}
	}
}

func TestResponseToHeadHasNoBody(t *testing.T) {
	t.Parallel()
	if rec := respond(t, echo.ErrNotFound, http.MethodHead, ""); rec.Code != http.StatusNotFound || rec.Body.Len() > 0 {
		t.Errorf("status %d, body %q", rec.Code, rec.Body)
	}
}
