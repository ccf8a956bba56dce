package verifier_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"testing"

	"github.com/siriusys/user-management-service/verifier"
	"github.com/siriusys/user-management-service/verifier/verifiertest"
)

const benchRevocations = 100_000

// benchVerifier returns a verifier that runs and knows 100,000 revocations, and the fake service.
func benchVerifier(b *testing.B) *fixture {
	b.Helper()
	f := start(b)
	f.Fill(benchRevocations, func() [16]byte {
		var id [16]byte
		for i := range id {
			id[i] = byte(rand.Uint32())
		}
		return id
	})
	if _, err := f.Verify(context.Background(), f.service.Token()); err != nil {
		b.Fatal(err)
	}
	return f
}

// A token that was verified before, among 100,000 revocations: below 1 microsecond.
func BenchmarkKnownToken(b *testing.B) {
	f := benchVerifier(b)
	token := f.service.Token()
	for b.Loop() {
		if _, err := f.Verify(context.Background(), token); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkKnownTokenInParallel(b *testing.B) {
	f := benchVerifier(b)
	token := f.service.Token()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if _, err := f.Verify(context.Background(), token); err != nil {
				b.Error(err)
			}
		}
	})
}

// The memory of a verifier with 100,000 revocations and a full cache of known tokens: below 20 MB.
func BenchmarkMemory(b *testing.B) {
	for b.Loop() {
		before := heap()
		f := benchVerifier(b)
		for i := range verifier.MaxKnownTokens {
			token := f.service.Token(func(c verifiertest.Object) { c["jti"] = "0198f3c2-7a53-7000-8000-" + fmt.Sprintf("%012d", i) })
			if _, err := f.Verify(context.Background(), token); err != nil {
				b.Fatal(err)
			}
		}
		used := float64(heap()-before) / 1e6
		runtime.KeepAlive(f)
		b.ReportMetric(used, "MB")
		if used > 20 {
			b.Errorf("%s MB", strconv.FormatFloat(used, 'f', 1, 64))
		}
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
