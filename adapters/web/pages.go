// Package web serves what people open in a browser: the pages that links in mails lead to, and the reference of the API.
package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// Config is what the pages say and link to. Every field must be set.
type Config struct {
	// PublicURL is where browsers reach the service. Its path may be a prefix that a proxy strips.
	PublicURL *url.URL
	// Spec is openapi.yaml.
	Spec []byte
	// ProductName is what people know the thing by that they have an account for.
	ProductName string
	// PasswordMinLength is the least number of characters of a new password.
	PasswordMinLength int
}

// pagePolicy lets a page load its own script and style and speak to this service, and nothing else (CSP Level 3).
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

//go:embed templates/*.html
var templateFiles embed.FS

var templates = template.Must(template.ParseFS(templateFiles, "templates/*.html"))

// view is what a template shows.
type view struct {
	Title, Product       string
	Base                 string
	MinLength, MaxLength int
}

// Register adds the pages, the reference and the contract to e. Every page is put together once, here: what is served never
// depends on a request, so opening a link changes nothing.
func Register(e *echo.Echo, c Config) error {
	base := strings.TrimSuffix(c.PublicURL.Path, "/")
	pages := []struct{ path, template, title, policy string }{
		{app.VerifyEmailPage, "verify_email.html", "Confirm your email address", pagePolicy},
		{app.ResetPasswordPage, "password_reset.html", "Choose a new password", pagePolicy},
		{app.ReverseTerminationPage, "reverse_termination.html", "Bring your account back", pagePolicy},
		{"/docs", "docs.html", "API reference", viewerPolicy},
	}
	for _, p := range pages {
		var b bytes.Buffer
		err := templates.ExecuteTemplate(&b, p.template, view{
			Title: p.title, Product: c.ProductName, Base: base, MinLength: c.PasswordMinLength, MaxLength: domain.PasswordMaxLength,
		})
		if err != nil {
			return fmt.Errorf("render the page %s: %w", p.path, err)
		}
		get(e, p.path, page(b.Bytes(), p.policy))
	}
	return registerFiles(e, c.Spec)
}

// get serves GET and HEAD.
func get(e *echo.Echo, path string, h echo.HandlerFunc) {
	e.GET(path, h)
	e.HEAD(path, h)
}

// page serves what Register put together. The policy replaces the strict one that every answer has.
func page(body []byte, policy string) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Robots-Tag", "noindex")
		return c.HTMLBlob(http.StatusOK, body)
	}
}
