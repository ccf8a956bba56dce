package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// allocation is what a process has allocated so far.
type allocation struct {
	Objects float64 `json:"/gc/heap/allocs:objects"`
	Bytes   float64 `json:"/gc/heap/allocs:bytes"`
}

func (s *service) allocated() (a allocation, err error) {
	err = s.admin.want(http.StatusOK, request{method: http.MethodGet, path: "/debug/runtime"}, &a)
	return a, err
}

// watched runs a load and adds to its result what the service allocated for each operation. If there is a folder for
// profiles, it writes the service's CPU profile of the load there.
func (m *measurement) watched(s *service, do func() (result, error)) (r result, err error) {
	before, err := s.allocated()
	if err != nil {
		return result{}, err
	}
	profiled := make(chan taken, 1)
	if m.profiles != "" {
		go func() { profiled <- s.profile(m.d) }()
	}
	r, err = do()
	if err != nil {
		return result{}, err
	}
	after, err := s.allocated()
	if err != nil {
		return result{}, err
	}
	r.allocs = (after.Objects - before.Objects) / float64(r.count)
	r.allocated = (after.Bytes - before.Bytes) / float64(r.count)
	if m.profiles == "" {
		return r, nil
	}
	path := filepath.Join(m.profiles, fmt.Sprintf("%s-%d.pprof", strings.ReplaceAll(r.name, " ", "-"), r.conns))
	took := <-profiled
	if took.err != nil {
		return result{}, took.err
	}
	m.say("a CPU profile is in %s", path)
	return r, os.WriteFile(path, took.profile, 0o600)
}

// taken is a profile, or why there is none.
type taken struct {
	profile []byte
	err     error
}

// profile takes a CPU profile of whole seconds, from one to longestProfile.
func (s *service) profile(d time.Duration) taken {
	c := &conn{address: s.admin.address} // beside the one that asks for figures
	defer c.close()
	seconds := min(max(int(d.Seconds()), 1), longestProfile)
	a, err := c.exchange(request{method: http.MethodGet, path: fmt.Sprintf("/debug/pprof/profile?seconds=%d", seconds)})
	if err == nil && a.status != http.StatusOK {
		err = fmt.Errorf("take a profile: status %d: %s", a.status, a.body)
	}
	return taken{a.body, err}
}

// longestProfile is below exchangeTimeout.
const longestProfile = 20 // seconds
