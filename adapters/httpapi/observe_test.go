package httpapi

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/adapters/memory"
)

func TestRequestsAreCountedByOperation(t *testing.T) {
	t.Parallel()
	counted := &memory.Metrics{}
	e := newCountedAPI(&bytes.Buffer{}, Origins{}, counted)
	for _, r := range []struct{ method, path string }{
		{http.MethodGet, "/livez"}, {http.MethodHead, "/livez"}, {http.MethodGet, "/sessions/one"}, {http.MethodDelete, "/sessions/one"},
		{http.MethodGet, "/sessions"}, {http.MethodGet, "/unknown"}, {http.MethodOptions, "/me"}, {http.MethodPost, "/login"},
	} {
		e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), r.method, r.path, nil))
	}
	want := map[string]int{
		"checkLiveness 200": 2, "revokeSession 401": 1, "listSessions 401": 1, "logIn 400": 1,
		"none 404": 1, "none 405": 1, "none 204": 1,
	}
	if diff := cmp.Diff(want, counted.Counts().Requests); diff != "" {
		t.Errorf("the requests are counted differently (-want +got):\n%s", diff)
	}
}
