package admin

import (
	"net/http"
	"runtime/pprof"
)

// headOfProfile serves HEAD (RFC 9110, section 9.3.2) of a profile without collecting it: GET would take ?seconds=, and there is
// one CPU profile and one trace at a time in a process.
func headOfProfile(w http.ResponseWriter, r *http.Request) {
	switch name := r.PathValue("name"); {
	case name == "profile", name == "trace", pprof.Lookup(name) != nil:
		w.Header().Set("Content-Type", "application/octet-stream")
	default:
		http.NotFound(w, r)
	}
}
