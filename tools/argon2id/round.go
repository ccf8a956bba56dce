package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// machine contains what differs between vectors of 4 and of 8 words.
type machine struct {
	vector func() VecVirtual
	xor    func(x, y, sum Op)
	// rotate rotates each word of a vector to the right.
	rotate func(bits int, x VecVirtual)
}

// vectors are the words that are the same parameter of the function GB, for several calls in parallel.
type vectors []VecVirtual

// quarters generates the parallel calls of GB (RFC 9106, section 3.6), which use different words.
func (m machine) quarters(a, b, c, d vectors) {
	m.step(a, b, d, 32)
	m.step(c, d, b, 24)
	m.step(a, b, d, 16)
	m.step(c, d, b, 63)
}

// step generates x += y + 2*low(x)*low(y); z = (z XOR x) >>> bits. It generates each instruction for all vectors before the
// next instruction, which needs its result.
func (m machine) step(x, y, z vectors, bits int) {
	product := make(vectors, len(x))
	for i := range x {
		product[i] = m.vector()
		VPMULUDQ(x[i], y[i], product[i])
	}
	for i := range x {
		VPADDQ(x[i], y[i], x[i])
	}
	for range 2 {
		for i := range x {
			VPADDQ(x[i], product[i], x[i])
		}
	}
	for i := range x {
		m.xor(x[i], z[i], z[i])
	}
	for i := range x {
		m.rotate(bits, z[i])
	}
}

// turn1, turn2 and turn3 select the words 0 to 3 after a rotation to the left by one, two and three words.
const turn1, turn2, turn3 = U8(0b00_11_10_01), U8(0b01_00_11_10), U8(0b10_01_00_11)

// row generates the permutation P of rows. Each quarter of a row is in one vector. To turn the diagonals into columns, it
// rotates all vectors except b, which is the last to be ready.
func (m machine) row(a, b, c, d vectors) {
	turn := func(v vectors, how U8) {
		for _, x := range v {
			VPERMQ(how, x, x)
		}
	}
	m.quarters(a, b, c, d)
	turn(a, turn3)
	turn(c, turn1)
	turn(d, turn2)
	m.quarters(a, b, c, d)
	turn(a, turn1)
	turn(c, turn3)
	turn(d, turn2)
}

// column generates the permutation P of columns, one in each 128 bits. Each quarter spans two vectors, which are rotated by
// exchanging words. A rotation by one produces the same two vectors as a rotation by three, in the opposite order.
func (m machine) column(a, b, c, d vectors) {
	turn1 := func(v vectors) {
		middle := m.vector()
		VPALIGNR(U8(8), v[0], v[1], middle)
		VPALIGNR(U8(8), v[1], v[0], v[1])
		v[0] = middle
	}
	turn2 := func(v vectors) { v[0], v[1] = v[1], v[0] }
	turn3 := func(v vectors) {
		turn1(v)
		turn2(v)
	}
	m.quarters(a, b, c, d)
	turn3(a)
	turn1(c)
	turn2(d)
	m.quarters(a, b, c, d)
	turn1(a)
	turn3(c)
	turn2(d)
}
