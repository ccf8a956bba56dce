// Command argon2id generates the kernels of package adapters/passwordhash/argon2id/internal/blamka. `make generate` runs it.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

func main() {
	ConstraintExpr("amd64")
	avx2(false)
	avx2(true)
	avx512(false)
	avx512(true)
	Generate()
}

// A block is 1024 bytes: 8 rows of 16 words, or 8 columns of 8 pairs of words. The constants are in bytes.
const (
	blockSize = 1024
	rowSize   = 128
	pairSize  = 16
)

// declare begins a function that fills a block, and returns its three parameters.
func declare(name, instructions string, xor bool) (out, prev, ref Mem) {
	effect := "sets out to G(prev, ref)"
	if xor {
		name, effect = name+"Xor", "XORs G(prev, ref) into out"
	}
	TEXT(name, 0, "func(out, prev, ref *[128]uint64)")
	Doc(name + " " + effect + ", the compression function of RFC 9106, section 3.5, with " + instructions + ". prev may equal out.")
	Pragma("noescape")
	return Mem{Base: Load(Param("out"), GP64())}, Mem{Base: Load(Param("prev"), GP64())}, Mem{Base: Load(Param("ref"), GP64())}
}

// scratch returns a block on the stack, aligned to a cache line.
func scratch() Mem {
	frame, at := AllocLocal(blockSize+64), GP64()
	LEAQ(frame.Offset(63), at)
	ANDQ(I8(-64), at)
	return Mem{Base: at}
}
