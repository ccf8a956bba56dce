package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// closeAfterAmbiguous makes a request the last of its connection if a proxy in front may see its end elsewhere. net/http hides
// whether a chunked request told a Content-Length too, and overlooks Transfer-Encoding in HTTP/1.0; after either the connection
// must be closed (RFC 9112, section 6.1), so that what follows is never taken for another request. A version that is neither
// HTTP/1.1 nor HTTP/2 is treated as HTTP/1.0.
func closeAfterAmbiguous(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.TransferEncoding) > 0 || r.ProtoMajor == 1 && r.ProtoMinor != 1 {
			w.Header().Set(echo.HeaderConnection, "close")
		}
		handler.ServeHTTP(w, r)
	})
}
