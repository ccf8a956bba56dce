package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// machine is what differs between vectors of 4 and of 8 words.
type machine struct {
	vector func() VecVirtual
	xor    func(x, y, sum Op)
	// rotate turns each word of a vector to the right.
	rotate func(bits int, x VecVirtual)
}

// vectors hold the words of the state that are at the same place of the function GB, for several calls of it side by side.
type vectors []VecVirtual

// quarters makes the calls of GB (RFC 9106, section 3.6) that touch different words.
func (m machine) quarters(a, b, c, d vectors) {
	m.step(a, b, d, 32)
	m.step(c, d, b, 24)
	m.step(a, b, d, 16)
	m.step(c, d, b, 63)
}

// step is x += y + 2*low(x)*low(y); z = (z XOR x) >>> bits. Each instruction is written for all vectors before the next one,
// which needs its result.
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

// Of the words 0 to 3, those that come to each place when the words turn left by one, two or three.
const turn1, turn2, turn3 = U8(0b00_11_10_01), U8(0b01_00_11_10), U8(0b10_01_00_11)

// row is the permutation P of rows, of which each quarter is in one vector. The diagonals are made columns by turning all
// but b, which is the last to be ready.
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

// column is the permutation P of columns, one in each 128 bits: each quarter lies over two vectors, which turn by exchanging
// words. Turning by one gives the same two vectors as turning by three, in the other order.
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
