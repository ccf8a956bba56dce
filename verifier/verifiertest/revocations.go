package verifiertest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// pageSize is the size of the list's pages, small enough for tests to have several.
const pageSize = 3

// The fake's cursors are counts of revocations.
func cursor(n int) string { return strconv.Itoa(n) }

func (s *Service) serveRevocations(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	if id, _ = url.QueryUnescape(id); id != ClientID {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if secret, _ = url.QueryUnescape(secret); secret != ClientSecret {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	since := r.Header.Get("Last-Event-ID")
	if since == "" {
		since = r.URL.Query().Get("since")
	}
	position, err := strconv.Atoi(since)
	s.mu.Lock()
	isKnown := since == "" || err == nil && position <= len(s.revoked)
	s.mu.Unlock()
	switch {
	case !isKnown:
		w.WriteHeader(http.StatusBadRequest)
	case strings.Contains(r.Header.Get("Accept"), "text/event-stream"):
		s.serveStream(w, r, position)
	default:
		s.serveList(w, position)
	}
}

func (s *Service) serveList(w http.ResponseWriter, position int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	end := min(position+pageSize, len(s.revoked))
	page := Object{"revocations": append([]revocation{}, s.revoked[position:end]...), "next": cursor(end), "more": end < len(s.revoked)}
	_ = json.NewEncoder(w).Encode(page)
}

func (s *Service) serveStream(w http.ResponseWriter, r *http.Request, position int) {
	s.mu.Lock()
	s.streams++
	stops := s.stops
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.streams--
		s.mu.Unlock()
	}()
	w.Header().Set("Content-Type", "text/event-stream")
	var text strings.Builder
	text.WriteString("retry: 10\n\n")
	heartbeat := time.NewTicker(Heartbeat)
	defer heartbeat.Stop()
	for {
		s.mu.Lock()
		changed, isStopped, isSilent := s.changed, s.stops > stops, s.isSilent
		for ; !isSilent && position < len(s.revoked); position++ {
			data, _ := json.Marshal(s.revoked[position])
			fmt.Fprintf(&text, "id: %s\nevent: revocation\ndata: %s\n\n", cursor(position+1), data)
		}
		s.mu.Unlock()
		if isStopped {
			return
		}
		if !isSilent {
			_, _ = io.WriteString(w, text.String())
			_ = http.NewResponseController(w).Flush()
			text.Reset()
		}
		select {
		case <-changed:
		case <-heartbeat.C:
			text.WriteString(": alive\n\n")
		case <-r.Context().Done():
			return
		}
	}
}

// Forget drops all revocations, so that the service no longer knows later cursors.
func (s *Service) Forget() { s.update(func() { s.revoked = nil }) }
