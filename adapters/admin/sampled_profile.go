package admin

import (
	"net/http"
	"net/http/pprof" //nolint:gosec // it adds routes to http.DefaultServeMux, which nothing serves
	"strconv"
	"sync"
	"time"
)

const (
	blockedPerSample     = 10 * time.Microsecond // one sample for each such time blocked, on average
	contentionsPerSample = 10
	defaultSeconds       = 10
)

// sampledProfile is a profile that is sampled only during a request for it, for ?seconds=, because continuous sampling would
// slow every request down. It serves one request at a time.
type sampledProfile struct {
	name    string
	setRate func(rate int) // 0 stops sampling
	rate    int
	running sync.Mutex
}

func (p *sampledProfile) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if !query.Has("seconds") {
		query.Set("seconds", strconv.Itoa(defaultSeconds))
		r = r.Clone(r.Context())
		r.URL.RawQuery = query.Encode()
	}
	if !p.running.TryLock() {
		http.Error(w, "another profile is in progress", http.StatusConflict)
		return
	}
	defer p.running.Unlock()
	p.setRate(p.rate)
	defer p.setRate(0)
	pprof.Handler(p.name).ServeHTTP(w, r)
}
