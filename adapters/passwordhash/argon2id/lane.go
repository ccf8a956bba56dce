package argon2id

import "encoding/binary"

const (
	blockWords    = 128
	blockBytes    = 8 * blockWords
	slicesPerLane = 4
	minSegment    = 2 // blocks
)

// block is the unit of the memory, 1 KiB (RFC 9106, section 3.2).
type block = [blockWords]uint64

// kernel is the compression function G (RFC 9106, section 3.5) in two forms: fill sets out = G(prev, ref), and fillXor sets
// out = out XOR G(prev, ref). prev and out may be the same block.
type kernel struct {
	fill, fillXor func(out, prev, ref *block)
}

// lane is the only lane of a hash. Every pass fills it in four slices; the slice of a lane is called a segment.
type lane struct {
	kernel
	blocks []block
	passes uint32
	// input generates the addresses in the first half of the first pass, where they must not depend on the password.
	input, addresses, zero block
}

// key fills the lane and returns the hash of its last block (RFC 9106, section 3.2).
func (l *lane) key(password, salt []byte, size, length uint32) []byte {
	seed := initialHash(password, salt, l.passes, size, length)
	var bytes [blockBytes]byte
	for i := range uint32(2) {
		longHash(bytes[:], seed, binary.LittleEndian.AppendUint64(nil, uint64(i))) // the block's number and the lane's number, which is 0
		for word := range l.blocks[i] {
			l.blocks[i][word] = binary.LittleEndian.Uint64(bytes[8*word:])
		}
	}
	for pass := range l.passes {
		for slice := range uint32(slicesPerLane) {
			l.fillSegment(pass, slice)
		}
	}
	for word, value := range l.blocks[len(l.blocks)-1] {
		binary.LittleEndian.PutUint64(bytes[8*word:], value)
	}
	key := make([]byte, length)
	longHash(key, bytes[:])
	return key
}

func (l *lane) fillSegment(pass, slice uint32) {
	blocks := uint32(len(l.blocks))
	length := blocks / slicesPerLane
	independent := pass == 0 && slice < slicesPerLane/2
	first, fill := uint32(0), l.fillXor
	if pass == 0 {
		fill = l.fill
		if slice == 0 {
			first = 2
		}
	}
	if independent {
		l.input = block{uint64(pass), 0, uint64(slice), uint64(blocks), uint64(l.passes), typeID}
		l.nextAddresses()
	}
	for index := first; index < length; index++ {
		at := slice*length + index
		prev := at - 1
		if at == 0 {
			prev = blocks - 1
		}
		random := l.blocks[prev][0]
		if independent {
			if index != 0 && index%blockWords == 0 {
				l.nextAddresses()
			}
			random = l.addresses[index%blockWords]
		}
		fill(&l.blocks[at], &l.blocks[prev], &l.blocks[reference(random, blocks, pass, slice, index)])
	}
}

// reference maps a random word to a block (RFC 9106, section 3.4). It selects among the most recently filled blocks, except the
// previous one, and prefers later blocks. After the first pass these are the last three slices and the filled part of the
// current one.
func reference(random uint64, blocks, pass, slice, index uint32) uint32 {
	segment := blocks / slicesPerLane
	start, area := uint32(0), slice*segment+index-1
	if pass > 0 {
		start, area = (slice+1)%slicesPerLane*segment, blocks-segment+index-1
	}
	x := random & 0xffffffff
	back := uint64(area) * (x * x >> 32) >> 32
	return (start + area - 1 - uint32(back)) % blocks
}

// nextAddresses generates the next 128 addresses (RFC 9106, section 3.4.1.2).
func (l *lane) nextAddresses() {
	l.input[6]++
	l.fill(&l.addresses, &l.input, &l.zero)
	l.fill(&l.addresses, &l.addresses, &l.zero)
}
