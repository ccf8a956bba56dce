package argon2id

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/argon2"
)

// references are the hashes of up to 64 MiB from the reference implementation's test suite (P-H-C/phc-winner-argon2, test.c:
// Argon2id, version 0x13). The hash of RFC 9106 has a secret and associated data, which this package does not support.
var references = []struct {
	time, size     uint32
	lanes          uint8
	password, salt string
	key            string
}{
	{2, 1 << 16, 1, "password", "somesalt", "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"},
	{2, 1 << 8, 1, "password", "somesalt", "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"},
	{2, 1 << 8, 2, "password", "somesalt", "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037"},
	{1, 1 << 16, 1, "password", "somesalt", "f6a5adc1ba723dddef9b5ac1d464e180fcd9dffc9d1cbf76cca2fed795d9ca98"},
	{4, 1 << 16, 1, "password", "somesalt", "9025d48e68ef7395cca9079da4c4ec3affb3c8911fe4f86d1a2520856f63172c"},
	{2, 1 << 16, 1, "differentpassword", "somesalt", "0b84d652cf6b0c4beaef0dfe278ba6a80df6696281d7e0d2891b817d8c458fde"},
	{2, 1 << 16, 1, "password", "diffsalt", "bdf32b05ccc42eb15d58fd19b1f856b113da1e9a5874fdcc544308565aa8141c"},
}

// forEachImplementation runs a test on every available implementation.
func forEachImplementation(t *testing.T, test func(t *testing.T, i Implementation)) {
	t.Helper()
	for _, i := range Available() {
		t.Run(i.String(), func(t *testing.T) {
			t.Parallel()
			test(t, i)
		})
	}
}

func TestKeysOfTheReferenceImplementation(t *testing.T) {
	t.Parallel()
	forEachImplementation(t, func(t *testing.T, i Implementation) {
		m := NewMemory(i, 1<<16)
		for _, r := range references {
			if got := hex.EncodeToString(m.Key([]byte(r.password), []byte(r.salt), r.time, r.size, r.lanes, 32)); got != r.key {
				t.Errorf("%+v: the key is %s", r, got)
			}
		}
	})
}

// The sizes include those below the minimum, every remainder, and segments that need one, two and more blocks of addresses.
func TestKeysAreThoseOfTheGenericImplementation(t *testing.T) {
	t.Parallel()
	forEachImplementation(t, func(t *testing.T, i Implementation) {
		m := NewMemory(i, 1<<12)
		for _, size := range []uint32{0, 1, 7, 8, 9, 10, 11, 12, 13, 16, 31, 100, 511, 512, 515, 516, 520, 1023, 1024, 1028, 2049, 5001} {
			for time := range uint32(4) {
				for _, lanes := range []uint8{1, 3} {
					checkKey(t, m, []byte("password"), []byte("somesalt"), time+1, size, lanes, 32)
				}
			}
		}
		for length := range uint32(200) {
			checkKey(t, m, []byte("password"), []byte("somesalt"), 1, 8, 1, length+1)
		}
		for length := range 300 {
			checkKey(t, m, bytes.Repeat([]byte{7}, length), bytes.Repeat([]byte{9}, 300-length), 1, 8, 1, 32)
		}
	})
}

func checkKey(t *testing.T, m *Memory, password, salt []byte, time, size uint32, lanes uint8, length uint32) {
	t.Helper()
	got, want := m.Key(password, salt, time, size, lanes, length), argon2.IDKey(password, salt, time, size, lanes, length)
	if !bytes.Equal(got, want) {
		t.Errorf("password %x, salt %x, time %d, size %d, lanes %d, length %d: %x, want %x",
			password, salt, time, size, lanes, length, got, want)
	}
}

func TestAKeyIsIndependentOfThePreviousOnes(t *testing.T) {
	t.Parallel()
	forEachImplementation(t, func(t *testing.T, i Implementation) {
		m := NewMemory(i, 4096)
		for n := range 2 {
			for b := range m.kept { // as if a hash had been interrupted
				m.kept[b] = block{uint64(n), 1, 2, 3}
			}
			checkKey(t, m, []byte("one"), []byte("somesalt"), 2, 4096, 1, 32)
			checkKey(t, m, []byte("two"), []byte("somesalt"), 1, 64, 1, 32)
			checkKey(t, m, []byte("six"), []byte("somesalt"), 3, 8192, 1, 32)
		}
	})
}

// A hash with fewer blocks than the previous one does not overwrite the remaining blocks.
func TestNoDataOfAKeyStaysAfterWipeOrTheNextKey(t *testing.T) {
	t.Parallel()
	forEachImplementation(t, func(t *testing.T, i Implementation) {
		for name, next := range map[string]func(*Memory){
			"wiped":      (*Memory).Wipe,
			"fewer KiB":  func(m *Memory) { m.Key([]byte("next"), []byte("somesalt"), 1, 32, 1, 32); m.Wipe() },
			"more KiB":   func(m *Memory) { m.Key([]byte("next"), []byte("somesalt"), 1, 128, 1, 32) },
			"more lanes": func(m *Memory) { m.Key([]byte("next"), []byte("somesalt"), 1, 64, 2, 32) },
		} {
			m := NewMemory(i, 64)
			m.Key([]byte("password"), []byte("somesalt"), 2, 64, 1, 32)
			next(m)
			for n, b := range m.kept {
				if b != (block{}) {
					t.Fatalf("%s: block %d contains %x", name, n, b)
				}
			}
		}
	})
}

// Blocks are aligned to words, not to vectors. prev and out may be the same block.
func TestKernelsAcceptUnalignedBlocks(t *testing.T) {
	t.Parallel()
	for _, i := range vectorized() {
		for offset := range 8 {
			words := make([]uint64, 3*blockWords+offset)
			for w := range words[offset:] {
				words[offset+w] = uint64(w) * 0x9e3779b97f4a7c15
			}
			at := func(n int) *block { return (*block)(words[offset+n*blockWords:]) }
			prev, ref := *at(1), *at(2)
			var filled, sum block
			i.fill(&filled, &prev, &ref)
			for w := range sum {
				sum[w] = at(0)[w] ^ filled[w]
			}
			if i.fillXor(at(0), at(1), at(2)); *at(0) != sum {
				t.Errorf("%s, offset of %d words: fillXor does not XOR the result of fill", i, offset)
			}
			if i.fill(at(1), at(1), at(2)); *at(1) != filled || *at(2) != ref {
				t.Errorf("%s, offset of %d words: fill returned another block, or changed ref", i, offset)
			}
		}
	}
}

func TestAMemoryIsReusedAndDoesNotGrow(t *testing.T) { //nolint:paralleltest // it counts the allocations of the whole process
	for _, i := range vectorized() {
		const size = 8192
		m := NewMemory(i, size)
		key := func(size uint32) func() {
			return func() { m.Key([]byte("password"), []byte("somesalt"), 1, size, 1, 32) }
		}
		if first := allocated(key(size)); first < size<<10 {
			t.Errorf("%s: the first key allocates %d bytes", i, first)
		}
		if second := allocated(key(size)); second > size<<10/2 {
			t.Errorf("%s: the second key allocates %d bytes", i, second)
		}
		key(2 * size)()
		if m.Wipe(); len(m.kept) > size || m.used != nil {
			t.Errorf("%s: the memory keeps %d KiB and uses %d KiB after Wipe", i, len(m.kept), len(m.used))
		}
	}
}

func allocated(work func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	work()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestMemoriesAreIndependent(t *testing.T) {
	t.Parallel()
	forEachImplementation(t, func(t *testing.T, i Implementation) {
		var all sync.WaitGroup
		for n := range 4 {
			all.Go(func() {
				m := NewMemory(i, 1024)
				for range 4 {
					checkKey(t, m, []byte{byte(n)}, []byte("somesalt"), 2, 1024, 1, 32)
				}
			})
		}
		all.Wait()
	})
}

func TestKeyPanicsWithoutPassesLanesOrBytes(t *testing.T) {
	t.Parallel()
	forEachImplementation(t, func(t *testing.T, i Implementation) {
		for _, p := range [][3]uint32{{0, 1, 32}, {1, 0, 32}, {1, 1, 0}} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%v: Key did not panic", p)
					}
				}()
				NewMemory(i, 8).Key([]byte("password"), []byte("somesalt"), p[0], 8, uint8(p[1]), p[2])
			}()
		}
	})
}

func TestImplementationsHaveNames(t *testing.T) {
	t.Parallel()
	available := Available()
	for _, i := range available {
		if got, err := Named(i.String()); err != nil || got.String() != i.String() {
			t.Errorf("Named(%s) returned %s, %v", i, got, err)
		}
	}
	if got, err := Named(Auto); err != nil || got.String() != available[0].String() {
		t.Errorf("Named(Auto) returned %s, %v; want the fastest", got, err)
	}
	if _, err := Named("sse2"); !errors.Is(err, ErrUnknown) {
		t.Errorf("an unknown name returned %v, want ErrUnknown", err)
	}
}

func TestAProcessorWithoutVectorsUsesTheGenericImplementation(t *testing.T) {
	t.Parallel()
	available := []Implementation{{}}
	for _, name := range []string{Auto, "generic"} {
		if got, err := named(name, available); err != nil || got.String() != "generic" || got.fill != nil {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
	for _, name := range []string{"avx2", "avx512"} {
		if _, err := named(name, available); !errors.Is(err, ErrUnavailable) || !strings.HasPrefix(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzKey(f *testing.F) {
	f.Add([]byte("password"), []byte("somesalt"), uint8(2), uint16(256), uint8(32))
	f.Add([]byte(""), []byte(""), uint8(1), uint16(0), uint8(65))
	f.Add([]byte("a"), []byte("b"), uint8(3), uint16(517), uint8(96))
	f.Fuzz(func(t *testing.T, password, salt []byte, time uint8, size uint16, length uint8) {
		for _, i := range vectorized() {
			checkKey(t, NewMemory(i, 64), password, salt, uint32(time%5)+1, uint32(size%4100), 1, uint32(length)+1)
		}
	})
}

// BenchmarkKey uses the service's parameters, with one goroutine and with as many as there are cores.
func BenchmarkKey(b *testing.B) {
	for _, goroutines := range []int{1, runtime.NumCPU()} {
		for _, i := range Available() {
			b.Run(fmt.Sprintf("%s/%d", i, goroutines), func(b *testing.B) {
				var all sync.WaitGroup
				for n := range goroutines {
					all.Go(func() {
						m := NewMemory(i, 19456)
						for k := n; k < b.N; k += goroutines {
							m.Key([]byte("correct horse battery staple"), make([]byte, 16), 2, 19456, 1, 32)
						}
					})
				}
				all.Wait()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "hashes/s")
			})
		}
	}
}
