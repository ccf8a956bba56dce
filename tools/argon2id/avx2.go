package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// avx2 generates the kernels with 16 vectors of 4 words. Two rows, and then two columns, are in registers at a time.
func avx2(xor bool) {
	out, prev, ref := declare("FillAVX2", "AVX2", xor)
	state, m := scratch(), machine256()
	for row := 0; row < 8; row += 2 {
		v := make(vectors, 8)
		for i := range v {
			at := row*rowSize + 32*i
			v[i] = YMM()
			VMOVDQU(prev.Offset(at), v[i])
			VPXOR(ref.Offset(at), v[i], v[i])
			sum := v[i]
			if xor {
				sum = YMM()
				VPXOR(out.Offset(at), v[i], sum)
			}
			VMOVDQU(sum, out.Offset(at))
		}
		m.row(vectors{v[0], v[4]}, vectors{v[1], v[5]}, vectors{v[2], v[6]}, vectors{v[3], v[7]})
		for i := range v {
			VMOVDQA(v[i], state.Offset(row*rowSize+32*i))
		}
	}
	for column := 0; column < 8; column += 2 {
		v := make(vectors, 8)
		for i := range v {
			v[i] = YMM()
			VMOVDQA(state.Offset(i*rowSize+column*pairSize), v[i])
		}
		m.column(v[0:2], v[2:4], v[4:6], v[6:8])
		for i := range v {
			at := out.Offset(i*rowSize + column*pairSize)
			VPXOR(at, v[i], v[i])
			VMOVDQU(v[i], at)
		}
	}
	VZEROUPPER()
	RET()
}

// machine256 rotates by whole bytes with shuffles. A rotation by 63 bits is one bit to the left, plus the highest bit.
func machine256() machine {
	by24, by16 := YMM(), YMM()
	VBROADCASTI128(rotation24, by24)
	VBROADCASTI128(rotation16, by16)
	rotate := func(bits int, x VecVirtual) {
		switch bits {
		case 32:
			VPSHUFD(U8(0b10_11_00_01), x, x)
		case 24:
			VPSHUFB(by24, x, x)
		case 16:
			VPSHUFB(by16, x, x)
		case 63:
			high := YMM()
			VPSRLQ(U8(63), x, high)
			VPADDQ(x, x, x)
			VPXOR(high, x, x)
		}
	}
	return machine{vector: YMM, xor: VPXOR, rotate: rotate}
}

var rotation24, rotation16 = rotation("rotation24", 3), rotation("rotation16", 2)

// rotation returns the shuffle that rotates both words of 128 bits to the right by bytes.
func rotation(name string, bytes int) Mem {
	m := GLOBL(name, RODATA|NOPTR)
	for word := 0; word < 16; word += 8 {
		var from uint64
		for i := range 8 {
			from |= uint64(word+(i+bytes)%8) << (8 * i)
		}
		DATA(word, U64(from))
	}
	return m
}
