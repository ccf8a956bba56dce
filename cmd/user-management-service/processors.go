package main

import "runtime"

// cores are the processors that the process was given, by the machine or by its control group.
var cores = runtime.GOMAXPROCS(0)

// shareProcessors keeps everything that does not hash fast while as many hashes are computed as there are cores: it lets the
// Go scheduler use as many threads more, so that it is the kernel which shares the cores out, by the millisecond, and a
// request need not wait until a hash is done. The function returned ends that.
func shareProcessors(hashes int) (end func()) {
	runtime.GOMAXPROCS(cores + hashes)
	return func() { runtime.GOMAXPROCS(cores) }
}
