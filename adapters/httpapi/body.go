package httpapi

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// readBody reads the whole body, up to maxBodyBytes. What the header shows is refused before the first byte is read: a client that
// sent "Expect: 100-continue" then gets the problem in place of "100 Continue", and does not send the body (RFC 9110, section
// 10.1.1).
func readBody(c echo.Context, contentType string) ([]byte, error) {
	if err := checkContentCoding(c.Request().Header); err != nil {
		return nil, err
	}
	if c.Request().ContentLength > maxBodyBytes {
		return nil, errBodyTooLarge
	}
	if announcesBody(c.Request()) {
		if err := checkContentType(c, contentType); err != nil {
			return nil, err
		}
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, maxBodyBytes))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, errBodyTooLarge
	}
	if err != nil {
		malformed := invalidJSON
		if contentType == echo.MIMEApplicationForm {
			malformed = invalidRequest
		}
		return nil, malformed(err, "The body could not be read completely. Send it again.")
	}
	if len(body) == 0 {
		return nil, nil
	}
	return body, checkContentType(c, contentType)
}

var errBodyTooLarge = &problem{
	status: http.StatusRequestEntityTooLarge, code: "body_too_large", detail: "The body is longer than 64 KiB. Send a shorter one.",
}

// announcesBody reports whether the header shows that there is a body. A body of unknown length may turn out to be empty.
func announcesBody(r *http.Request) bool {
	return r.ContentLength > 0 || r.ContentLength < 0 && r.Header.Get(echo.HeaderContentType) != ""
}

// checkContentCoding refuses a body that is compressed or encoded otherwise (RFC 9110, sections 8.4 and 15.5.16).
func checkContentCoding(h http.Header) error {
	for _, list := range h.Values(echo.HeaderContentEncoding) {
		for coding := range strings.SplitSeq(list, ",") {
			coding = strings.Trim(coding, " \t")
			if coding != "" && !strings.EqualFold(coding, identity) {
				return errContentCoding
			}
		}
	}
	return nil
}

const identity = "identity"

var errContentCoding = &problem{
	status: http.StatusUnsupportedMediaType, code: "unsupported_media_type",
	detail: "The content coding is not supported. Send the body without Content-Encoding.", acceptEncoding: identity,
}

// checkContentType refuses a body of another media type or charset.
func checkContentType(c echo.Context, want string) error {
	media, params, err := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType))
	charset, given := params["charset"]
	if err == nil && media == want && (!given || strings.EqualFold(charset, "utf-8")) {
		return nil
	}
	return &problem{
		status: http.StatusUnsupportedMediaType, code: "unsupported_media_type",
		detail: "The content type is not supported. Send the body as " + want + " in UTF-8.", cause: err,
	}
}
