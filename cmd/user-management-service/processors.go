package main

import (
	"runtime"
	"runtime/debug"
)

// cores is the number of processors that the machine or the control group grants to the process.
var cores = runtime.GOMAXPROCS(0)

// shareProcessors keeps requests without a hash fast while every core computes a hash. It gives the Go scheduler one more thread
// for each hash. The kernel then divides the cores in slices of milliseconds, and a request does not wait until a hash is done.
// undo reverts that.
func shareProcessors(hashes int) (undo func()) {
	runtime.GOMAXPROCS(cores + hashes)
	return func() { runtime.GOMAXPROCS(cores) }
}

// gcPercent is the garbage, in percent of the live data, at which a collection begins. The live data of this service are so small
// that the default of 100 causes dozens of collections a second under load, which are a tenth of its work.
const gcPercent = 200

// tune applies shareProcessors, and gcPercent unless the operator sets GOGC. GOMEMLIMIT is honored in any case. undo reverts the former.
func (p program) tune(hashes int) (undo func()) {
	if p.environ["GOGC"] == "" {
		debug.SetGCPercent(gcPercent)
	}
	return shareProcessors(hashes)
}
