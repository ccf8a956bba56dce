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

// Swagger UI shows the contract. It sets styles on elements and draws icons from data URLs.
//
//go:embed viewer/swagger-ui-bundle.js viewer/swagger-ui.css
var viewer embed.FS

const viewerPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

// registerFiles serves the files that the pages load, and the contract.
func registerFiles(e *echo.Echo, spec []byte) error {
	for prefix, files := range map[string]embed.FS{"/pages/": assets, "/docs/": viewer} {
		err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			get(e, prefix+name, file(contentTypes[path.Ext(name)], func() []byte {
				body, _ := files.ReadFile(name) // it is part of the program
				return body
			}))
			return nil
		})
		if err != nil {
			return fmt.Errorf("list the files of %s: %w", prefix, err)
		}
	}
	get(e, "/openapi.yaml", file("application/yaml", func() []byte { return spec }))
	return nil
}

var contentTypes = map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}

// file serves bytes that change with the program only: a browser asks each time whether its copy is current (RFC 9111). They
// are read when somebody first asks for them: the reference's viewer is large, and most replicas never show it.
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
