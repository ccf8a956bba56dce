package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
)

//go:embed assets/*
var assets embed.FS

// viewer is Swagger UI, which shows the contract.
//
//go:embed viewer/swagger-ui-bundle.js viewer/swagger-ui.css
var viewer embed.FS

// viewerPolicy allows what Swagger UI needs: styles on elements, and icons from data URLs.
const viewerPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src data:; " +
	"connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

// registerFiles registers the files that the pages load, by the prefix of their paths.
func registerFiles(e *echo.Echo, all map[string]embed.FS) error {
	for prefix, files := range all {
		err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			get(e, prefix+name, file(contentTypes[path.Ext(name)], func() []byte {
				body, _ := files.ReadFile(name) // it is embedded in the program
				return body
			}))
			return nil
		})
		if err != nil {
			return fmt.Errorf("list the files of %s: %w", prefix, err)
		}
	}
	return nil
}

var contentTypes = map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}

// file serves bytes that change only with the program. A browser revalidates its copy each time (RFC 9111). The bytes are read
// at the first request for them, because the viewer of the reference is large and most replicas never serve it.
func file(contentType string, read func() []byte) echo.HandlerFunc {
	body := sync.OnceValue(read)
	etag := sync.OnceValue(func() string {
		sum := sha256.Sum256(body())
		return `"` + hex.EncodeToString(sum[:16]) + `"`
	})
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("ETag", etag())
		h.Set(echo.HeaderCacheControl, "no-cache")
		if strings.Contains(c.Request().Header.Get("If-None-Match"), etag()) {
			return c.NoContent(http.StatusNotModified)
		}
		return c.Blob(http.StatusOK, contentType, body())
	}
}
