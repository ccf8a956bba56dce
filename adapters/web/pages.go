// Package web serves browsers: the pages that the links in emails open, and the reference of the API.
package web

import (
	"bytes"
	"cmp"
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

// Config is what the pages contain and link to. Every field but Docs must be set.
type Config struct {
	// PublicURL is where browsers reach the service. Its path may be a prefix that a proxy strips.
	PublicURL *url.URL
	// Spec is openapi.yaml.
	Spec []byte
	// ProductName is what customers call the product that their account is for.
	ProductName string
	// PasswordMinLength is the minimum length of a new password, in code points.
	PasswordMinLength int
	// Docs serves the reference of the API at /docs.
	Docs bool
}

// pagePolicy lets a page load its own script and style and call this service, and nothing else (CSP Level 3).
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

//go:embed templates/*.html
var templateFiles embed.FS

var templates = template.Must(template.ParseFS(templateFiles, "templates/*.html"))

// view is the data of a template.
type view struct {
	Title, Product       string
	Base                 string
	MinLength, MaxLength int
	// Countries are those that a signup may name.
	Countries []domain.Country
}

// Register adds the pages, the reference and the contract to e. It renders every page once: a response never depends on the
// request, so opening a link changes nothing.
func Register(e *echo.Echo, c Config) error {
	base := strings.TrimSuffix(c.PublicURL.Path, "/")
	type description struct{ path, template, title, policy string }
	pages := []description{
		{app.VerifyEmailPage, "verify_email.html", "Confirm your email address", pagePolicy},
		{app.ResetPasswordPage, "password_reset.html", "Choose a new password", pagePolicy},
		{app.CancelTerminationPage, "cancel_termination.html", "Keep your account", pagePolicy},
	}
	files := map[string]embed.FS{"/pages/": assets}
	if c.Docs {
		pages = append(pages, description{"/docs", "docs.html", "API reference", viewerPolicy})
		files["/docs/"] = viewer
	}
	countries := domain.Countries()
	for _, p := range pages {
		var b bytes.Buffer
		err := templates.ExecuteTemplate(&b, p.template, view{
			Title: p.title, Product: c.ProductName, Base: base, MinLength: c.PasswordMinLength, MaxLength: domain.PasswordMaxLength,
			Countries: countries,
		})
		if err != nil {
			return fmt.Errorf("render the page %s: %w", p.path, err)
		}
		get(e, p.path, page(b.Bytes(), p.policy))
	}
	if err := registerFiles(e, files); err != nil {
		return err
	}
	get(e, "/openapi.yaml", file("application/yaml", func() []byte { return withServer(c.Spec, base) }))
	return nil
}

// withServer puts the path of PUBLIC_URL in front of the URL of the contract's server, which is relative to the contract's own.
func withServer(spec []byte, base string) []byte {
	return bytes.Replace(spec, []byte("\n  - url: /\n"), []byte("\n  - url: "+cmp.Or(base, "/")+"\n"), 1)
}

// get registers h for GET and HEAD.
func get(e *echo.Echo, path string, h echo.HandlerFunc) {
	e.GET(path, h)
	e.HEAD(path, h)
}

// page serves a rendered page. Its policy replaces the strict default of every response.
func page(body []byte, policy string) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Robots-Tag", "noindex")
		return c.HTMLBlob(http.StatusOK, body)
	}
}
