package admin

import (
	"net/http"
	"net/http/pprof" //nolint:gosec // it adds routes to http.DefaultServeMux, which nothing serves
	"strconv"
	"sync"
	"time"
)

const (
	blockedPerSample     = 10 * time.Microsecond // one sample for so long a wait, on average
	contentionsPerSample = 10
	secondsByDefault     = 10
)

// sampled is a profile that is taken only while somebody asks for it, for ?seconds=: taking it all the time would cost every
// request. One is taken at a time.
type sampled struct {
	name   string
	sample func(rate int) // 0 ends it
	rate   int
	taking sync.Mutex
}

func (p *sampled) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if !query.Has("seconds") {
		query.Set("seconds", strconv.Itoa(secondsByDefault))
		r = r.Clone(r.Context())
		r.URL.RawQuery = query.Encode()
	}
	if !p.taking.TryLock() {
		http.Error(w, "this profile is being taken for somebody else", http.StatusConflict)
		return
	}
	defer p.taking.Unlock()
	p.sample(p.rate)
	defer p.sample(0)
	pprof.Handler(p.name).ServeHTTP(w, r)
}
