package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// closeAfterAmbiguous closes the connection after a request whose end a proxy may see elsewhere, so that the bytes after it are
// never read as another request (RFC 9112, section 6.1). net/http does not report whether a chunked request had a Content-Length
// too, and ignores Transfer-Encoding in HTTP/1.0; the connection is closed in both cases. A version that is neither HTTP/1.1 nor
// HTTP/2 is treated as HTTP/1.0.
func closeAfterAmbiguous(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.TransferEncoding) > 0 || r.ProtoMajor == 1 && r.ProtoMinor != 1 {
			w.Header().Set(echo.HeaderConnection, "close")
		}
		handler.ServeHTTP(w, r)
	})
}
