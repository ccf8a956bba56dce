package main

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
)

// verifierBenchmark is a figure that a benchmark of the module verifier reports. The goal is an upper limit.
type verifierBenchmark struct {
	module, benchmark, name string
	unit, shownUnit         string
	goal                    float64
}

func verifierBenchmarks() []verifierBenchmark {
	return []verifierBenchmark{
		{"verifier", "BenchmarkKnownToken", "verification of a known token", "ns/op", " ns", 1000},
		{"verifier/e2e", "BenchmarkUnknownToken", "verification of an unknown token, relative to jwx v2 alone", "verifier/jwx", "", 1.05},
		{"verifier", "BenchmarkMemory", "memory of the verifier with 8,192 known tokens", "MB", " MB", 20},
	}
}

// addVerifierBenchmarks runs benchmarks of the module verifier, which no program of the service imports.
func (m *measurement) addVerifierBenchmarks(ctx context.Context) error {
	for _, v := range verifierBenchmarks() {
		value, err := v.run(ctx)
		if err != nil {
			return fmt.Errorf("run %s of the module %s: %w", v.benchmark, v.module, err)
		}
		m.addRevocationFacts(fact{
			v.name, strconv.FormatFloat(value, 'f', -1, 64) + v.shownUnit, fmt.Sprintf("below %v%s", v.goal, v.shownUnit), value >= v.goal,
		})
	}
	return nil
}

func (v verifierBenchmark) run(ctx context.Context) (float64, error) {
	//nolint:gosec // the arguments are constants
	out, err := exec.CommandContext(ctx, "go", "-C", v.module, "test", "-run", "^$", "-bench", "^"+v.benchmark+"$", ".").Output()
	if err != nil {
		return 0, fmt.Errorf("%w\n%s", err, out)
	}
	return figureOf(out, v.unit)
}

// figureOf finds the figure with a unit in the output of a benchmark.
func figureOf(out []byte, unit string) (float64, error) {
	found := regexp.MustCompile(`([0-9.]+) ` + regexp.QuoteMeta(unit) + `\s`).FindSubmatch(out)
	if found == nil {
		return 0, fmt.Errorf("it reported no %s:\n%s", unit, out)
	}
	return strconv.ParseFloat(string(found[1]), 64)
}
