package devinbox

import (
	"bytes"
	"embed"
	"encoding/json"
	"html/template"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// Path is where the inbox is shown.
const Path = "/dev/inbox"

const (
	// pagePolicy lets the page do nothing but show itself, its own style and a letter in a frame.
	pagePolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	// letterPolicy keeps a letter from running or loading anything; its links open in tabs that are not sandboxed.
	letterPolicy = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)

//go:embed inbox.html letter.html style.css
var pageFiles embed.FS

var pages = template.Must(template.ParseFS(pageFiles, "inbox.html", "letter.html", "style.css"))

// Register adds the inbox's pages to e: GET and DELETE of Path, and a page below it for each letter.
func (i *Inbox) Register(e *echo.Echo) {
	handler := echo.WrapHandler(i.Handler())
	e.GET(Path, handler)
	e.DELETE(Path, handler)
	e.GET(Path+"/:id", handler)
	e.GET(Path+"/:id/html", handler)
}

// Handler serves the inbox at Path. GET with "Accept: application/json" returns the letters as a JSON array, newest first;
// otherwise a page. DELETE throws all letters away.
func (i *Inbox) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+Path, i.list)
	mux.HandleFunc("DELETE "+Path, func(w http.ResponseWriter, _ *http.Request) {
		i.Empty()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET "+Path+"/{id}", i.view)
	mux.HandleFunc("GET "+Path+"/{id}/html", i.viewHTML)
	return mux
}

func (i *Inbox) list(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Vary", "Accept")
	if !strings.Contains(r.Header.Get("Accept"), "application/json") {
		show(w, "inbox.html", map[string]any{"Letters": i.Letters(), "Origin": origin(r)})
		return
	}
	body, err := json.Marshal(append([]Letter{}, i.Letters()...)) // an empty inbox is [], not null
	if err != nil {
		http.Error(w, "the letters cannot be shown", http.StatusInternalServerError)
		return
	}
	write(w, "application/json", "default-src 'none'; frame-ancestors 'none'", append(body, '\n'))
}

func (i *Inbox) view(w http.ResponseWriter, r *http.Request) {
	l, found := i.letter(r.PathValue("id"))
	if !found {
		http.Error(w, "There is no such letter. It may have been deleted.", http.StatusNotFound)
		return
	}
	show(w, "letter.html", l)
}

// viewHTML serves the letter itself, to be framed. Its links are made to open in a new tab.
func (i *Inbox) viewHTML(w http.ResponseWriter, r *http.Request) {
	l, found := i.letter(r.PathValue("id"))
	if !found {
		http.NotFound(w, r)
		return
	}
	body := strings.Replace(l.HTML, "<head>", `<head><base target="_blank">`, 1)
	w.Header().Set("X-Frame-Options", "SAMEORIGIN")
	write(w, "text/html; charset=utf-8", letterPolicy, []byte(body))
}

// origin is where the reader reached the inbox, for commands to copy.
func origin(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func show(w http.ResponseWriter, page string, data any) {
	var body bytes.Buffer
	if err := pages.ExecuteTemplate(&body, page, data); err != nil {
		http.Error(w, "the page cannot be shown", http.StatusInternalServerError)
		return
	}
	write(w, "text/html; charset=utf-8", pagePolicy, body.Bytes())
}

func write(w http.ResponseWriter, contentType, policy string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Security-Policy", policy)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(body) // a reader that has gone needs nothing more
}
