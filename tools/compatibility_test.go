package tools

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// contract is openapi.yaml with another version, in which each old text of the pairs is replaced once.
func contract(t *testing.T, version string, pairs ...string) string {
	t.Helper()
	raw, err := os.ReadFile("../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(raw), "\n  version: ")
	if !found {
		t.Fatal("openapi.yaml has no version")
	}
	head, _, _ := strings.Cut(string(raw), "\n  version: ")
	_, rest, _ = strings.Cut(rest, "\n")
	text := head + "\n  version: " + version + "\n" + rest
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("openapi.yaml does not contain %q", pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	file := filepath.Join(t.TempDir(), "openapi.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// deprecated makes an operation deprecated until a number of days from now.
func deprecated(days int) []string {
	const liveness = "operationId: checkLiveness\n"
	sunset := time.Now().AddDate(0, 0, days).Format(time.DateOnly)
	return []string{liveness, liveness + "      deprecated: true\n      x-sunset: '" + sunset + "'\n"}
}

// The version of the contract must rise as the change since the last release demands.
func TestCompatibility(t *testing.T) {
	t.Parallel()
	text := []string{"summary: Check liveness", "summary: Check the liveness"}
	addition := []string{"        all_sessions:\n", "        reason: {type: string, description: Why.}\n        all_sessions:\n"}
	parameter := []string{"        - name: since\n", "        - {name: to, in: query, schema: {type: string}}\n        - name: since\n"}
	required := []string{"full_name, country, password]", "full_name, country, state_province, password]"}
	removal := []string{"  /livez:\n", "  /alive:\n"}
	for name, c := range map[string]struct {
		released, changed []string
		least             string // the least version that is accepted; empty if none is
	}{
		"nothing":                       {nil, nil, "1.2.3"},
		"a text":                        {nil, text, "1.2.4"},
		"an optional request member":    {nil, addition, "1.3.0"},
		"a new parameter":               {nil, parameter, "1.3.0"},
		"a deprecation with notice":     {nil, deprecated(185), "1.3.0"},
		"a deprecation at short notice": {nil, deprecated(100), ""},
		"a removed operation":           {nil, removal, "2.0.0"},
		"a narrower limit":              {nil, []string{"maxLength: 254", "maxLength: 100"}, "2.0.0"},
		"a member that is now required": {nil, required, "2.0.0"},
		"a renamed response member":     {nil, []string{"has_password, ", "", "        has_password:\n", "        has_secret:\n"}, "2.0.0"},
		"a removed request member":      {addition, nil, "2.0.0"},
		"another status":                {nil, []string{"'202': {$ref: '#/components/responses/Accepted'}", "'204': {description: x}"}, "2.0.0"},
		"a removal after its sunset":    {deprecated(-1), removal, "2.0.0"},
		"a removal before its sunset":   {deprecated(10), removal, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			versions := []string{"1.2.2", "1.2.3", "1.2.4", "1.3.0", "2.0.0", ""}
			enough := slices.Index(versions, c.least)
			for i, version := range versions[enough-1 : min(enough+1, len(versions)-1)] {
				released, current := contract(t, "1.2.3", c.released...), contract(t, version, c.changed...)
				output, err := exec.CommandContext(t.Context(), "./compatibility", released, current).CombinedOutput()
				if want := i == 1; want != (err == nil) {
					t.Errorf("version %s after 1.2.3: accepted %t, want %t: %v\n%s", version, err == nil, want, err, output)
				}
			}
		})
	}
}

func TestCompatibilityFailsWithoutAContract(t *testing.T) {
	t.Parallel()
	valid := contract(t, "1.2.3")
	for name, pair := range map[string][2]string{
		"no released one": {"missing.yaml", valid}, "no current one": {valid, "missing.yaml"},
		"no version": {valid, contract(t, "latest")}, "no contract": {contract(t, "1.2.3", "openapi: 3.0.3", "openapi: ["), valid},
	} {
		output, err := exec.CommandContext(t.Context(), "./compatibility", pair[0], pair[1]).CombinedOutput()
		if err == nil {
			t.Errorf("%s: accepted: %s", name, output)
		}
	}
}
