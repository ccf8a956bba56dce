package admin

import (
	"context"
	"net/http"
)

// headImmediately serves HEAD (RFC 9110, section 9.3.2) without the time that GET takes to collect a profile.
func headImmediately(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		ctx, cancel := context.WithCancel(r.Context())
		cancel() // ends the wait of /debug/pprof/profile and /debug/pprof/trace
		short := r.Clone(ctx)
		query := short.URL.Query()
		query.Del("seconds") // else the other profiles wait, and fail when the wait is cancelled
		short.URL.RawQuery = query.Encode()
		next.ServeHTTP(headWriter{w}, short)
	})
}

// headWriter discards the body, from which net/http would derive a Content-Length. That of the profile of GET differs.
type headWriter struct{ http.ResponseWriter }

func (headWriter) Write(p []byte) (int, error) { return len(p), nil }
