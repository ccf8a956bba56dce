package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// allocations are the totals of a process since its start.
type allocations struct {
	Objects float64 `json:"/gc/heap/allocs:objects"`
	Bytes   float64 `json:"/gc/heap/allocs:bytes"`
}

func (s *service) readAllocations() (a allocations, err error) {
	err = s.admin.expect(http.StatusOK, request{method: http.MethodGet, path: "/debug/runtime"}, &a)
	return a, err
}

// withAllocations runs a load and adds to its result what the service allocated for each operation. If the run has a folder
// for profiles, it also writes the service's CPU profile of the load there.
func (m *measurement) withAllocations(s *service, run func() (result, error)) (r result, err error) {
	before, err := s.readAllocations()
	if err != nil {
		return result{}, err
	}
	profiled := make(chan profile, 1)
	if m.profiles != "" {
		go func() { profiled <- s.profileCPU(m.duration) }()
	}
	r, err = run()
	if err != nil {
		return result{}, err
	}
	after, err := s.readAllocations()
	if err != nil {
		return result{}, err
	}
	r.objects = (after.Objects - before.Objects) / float64(r.count)
	r.bytes = (after.Bytes - before.Bytes) / float64(r.count)
	if m.profiles == "" {
		return r, nil
	}
	path := filepath.Join(m.profiles, fmt.Sprintf("%s-%d.pprof", strings.ReplaceAll(r.name, " ", "-"), r.conns))
	p := <-profiled
	if p.err != nil {
		return result{}, p.err
	}
	m.progress("CPU profile written to %s", path)
	return r, os.WriteFile(path, p.pprof, 0o600)
}

// profile is a CPU profile in pprof's format, or the reason why there is none.
type profile struct {
	pprof []byte
	err   error
}

// profileCPU records a CPU profile of whole seconds, from 1 to maxProfileSeconds.
func (s *service) profileCPU(d time.Duration) profile {
	c := &conn{address: s.admin.address} // s.admin reads allocations meanwhile
	defer c.close()
	seconds := min(max(int(d.Seconds()), 1), maxProfileSeconds)
	got, err := c.exchange(request{method: http.MethodGet, path: fmt.Sprintf("/debug/pprof/profile?seconds=%d", seconds)})
	if err == nil && got.status != http.StatusOK {
		err = fmt.Errorf("record a CPU profile: status %d: %s", got.status, got.body)
	}
	return profile{got.body, err}
}

// maxProfileSeconds stays below exchangeTimeout.
const maxProfileSeconds = 20
