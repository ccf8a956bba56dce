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

// Path is the path of the inbox's page.
const Path = "/dev/inbox"

const (
	// pagePolicy allows a page only its own style and a message in a frame.
	pagePolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'; " +
		"frame-ancestors 'none'"
	// messagePolicy prevents a message from running or loading anything. Its links open in tabs that are not sandboxed.
	messagePolicy = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)

//go:embed inbox.html message.html style.css
var pageFiles embed.FS

var pages = template.Must(template.ParseFS(pageFiles, "inbox.html", "message.html", "style.css"))

// Register adds the inbox's routes to e: GET, HEAD and DELETE of Path, and a page below it for each message.
func (i *Inbox) Register(e *echo.Echo) {
	handler := echo.WrapHandler(i.Handler())
	e.DELETE(Path, handler)
	e.Match([]string{http.MethodGet, http.MethodHead}, Path, handler)
	e.Match([]string{http.MethodGet, http.MethodHead}, Path+"/:id", handler)
	e.Match([]string{http.MethodGet, http.MethodHead}, Path+"/:id/html", handler)
}

// Handler serves the inbox at Path. GET returns a page, or with "Accept: application/json" a JSON array of the messages,
// newest first. DELETE deletes all messages.
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
		show(w, "inbox.html", map[string]any{"Messages": i.Messages(), "Origin": origin(r)})
		return
	}
	body, err := json.Marshal(append([]Message{}, i.Messages()...)) // an empty inbox is [], not null
	if err != nil {
		http.Error(w, "The messages cannot be shown.", http.StatusInternalServerError)
		return
	}
	write(w, "application/json", "default-src 'none'; frame-ancestors 'none'", append(body, '\n'))
}

func (i *Inbox) view(w http.ResponseWriter, r *http.Request) {
	m, found := i.message(r.PathValue("id"))
	if !found {
		http.Error(w, "This email does not exist. It may have been deleted.", http.StatusNotFound)
		return
	}
	show(w, "message.html", m)
}

// viewHTML serves the HTML of a message, to be framed. It makes the links open in a new tab.
func (i *Inbox) viewHTML(w http.ResponseWriter, r *http.Request) {
	m, found := i.message(r.PathValue("id"))
	if !found {
		http.NotFound(w, r)
		return
	}
	body := strings.Replace(m.HTML, "<head>", `<head><base target="_blank">`, 1)
	w.Header().Set("X-Frame-Options", "SAMEORIGIN")
	write(w, "text/html; charset=utf-8", messagePolicy, []byte(body))
}

// origin is the origin of the request's URL, for commands to copy.
func origin(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func show(w http.ResponseWriter, page string, data any) {
	var body bytes.Buffer
	if err := pages.ExecuteTemplate(&body, page, data); err != nil {
		http.Error(w, "The page cannot be shown.", http.StatusInternalServerError)
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
	_, _ = w.Write(body) // fails if the client has disconnected
}
