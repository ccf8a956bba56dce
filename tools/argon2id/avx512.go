package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// avx512 generates the kernels with 32 vectors of 8 words. The whole block is in 16 of them.
func avx512(xor bool) {
	out, prev, ref := declare("FillAVX512", "AVX-512 F and BW", xor)
	m := machine512()
	v := make(vectors, 16)
	for i := range v {
		at := 64 * i
		v[i] = ZMM()
		VMOVDQU64(prev.Offset(at), v[i])
		VPXORQ(ref.Offset(at), v[i], v[i])
		sum := v[i]
		if xor {
			sum = ZMM()
			VPXORQ(out.Offset(at), v[i], sum)
		}
		VMOVDQU64(sum, out.Offset(at))
	}
	var a, b, c, d vectors // of two rows each
	for i := 0; i < 16; i += 4 {
		x, y := join(v[i], v[i+2])
		z, w := join(v[i+1], v[i+3])
		a, b, c, d = append(a, x), append(b, y), append(c, z), append(d, w)
	}
	m.row(a, b, c, d)
	for i := range 4 {
		v[4*i], v[4*i+2] = join(a[i], b[i])
		v[4*i+1], v[4*i+3] = join(c[i], d[i])
	}
	for half := range 2 {
		w := make(vectors, 8)
		for i := range w {
			w[i] = v[2*i+half]
		}
		m.column(w[0:2], w[2:4], w[4:6], w[6:8])
		for i, x := range w {
			at := out.Offset(i*rowSize + 64*half)
			VPXORQ(at, x, x)
			VMOVDQU64(x, at)
		}
	}
	VZEROUPPER()
	RET()
}

func machine512() machine {
	return machine{
		vector: ZMM,
		xor:    func(x, y, sum Op) { VPXORQ(x, y, sum) },
		rotate: func(bits int, x VecVirtual) { VPRORQ(U8(bits), x, x) },
	}
}

// join returns the lower halves of two vectors, and their upper halves.
func join(x, y VecVirtual) (low, high VecVirtual) {
	low, high = ZMM(), ZMM()
	VSHUFI64X2(U8(0b01_00_01_00), y, x, low)
	VSHUFI64X2(U8(0b11_10_11_10), y, x, high)
	return low, high
}
