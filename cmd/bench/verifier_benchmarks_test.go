package main

import "testing"

func TestAFigureIsFoundByItsUnit(t *testing.T) {
	t.Parallel()
	const out = "BenchmarkUnknownToken-2 \t 10000\t 126000 ns/op\t 65000 jwx-ns\t 0.891 verifier/jwx\t 58000 verifier-ns\nPASS\n"
	for unit, want := range map[string]float64{"ns/op": 126000, "verifier/jwx": 0.891} {
		if got, err := figureOf([]byte(out), unit); err != nil || got != want {
			t.Errorf("%s: %v, %v; want %v", unit, got, err, want)
		}
	}
	if got, err := figureOf([]byte(out), "MB"); err == nil {
		t.Errorf("MB: %v", got)
	}
}
