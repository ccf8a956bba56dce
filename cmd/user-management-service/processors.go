package main

import (
	"runtime"
	"runtime/debug"
)

// cores are the processors that the process was given, by the machine or by its control group.
var cores = runtime.GOMAXPROCS(0)

// shareProcessors keeps everything that does not hash fast while as many hashes are computed as there are cores: it lets the
// Go scheduler use as many threads more, so that it is the kernel which shares the cores out, by the millisecond, and a
// request need not wait until a hash is done. The function returned ends that.
func shareProcessors(hashes int) (end func()) {
	runtime.GOMAXPROCS(cores + hashes)
	return func() { runtime.GOMAXPROCS(cores) }
}

// gcPercent is how much more garbage than data there may be before it is collected. What this service keeps is so little that
// the default of 100 has it collect dozens of times a second under load, for a tenth of its work.
const gcPercent = 200

// tune sets the process up for what it is there for: shareProcessors, and less garbage collection unless the operator's GOGC
// says how much. GOMEMLIMIT is honoured either way. The function returned ends the former.
func (p program) tune(hashes int) (end func()) {
	if p.environ["GOGC"] == "" {
		debug.SetGCPercent(gcPercent)
	}
	return shareProcessors(hashes)
}
