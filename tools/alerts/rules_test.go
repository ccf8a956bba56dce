// Package alerts tests the alert rules and the dashboard in deploy/.
package alerts

import (
	"cmp"
	"log/slog"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
)

const (
	root      = "../.."
	rulesFile = root + "/deploy/prometheus/user-management-service.rules.yaml"
	dashboard = root + "/deploy/grafana/user-management-service.json"
)

// rules are the alert rules, which are valid.
func rules(t *testing.T) []rulefmt.Rule {
	t.Helper()
	groups, errs := rulefmt.ParseFile(rulesFile, false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var all []rulefmt.Rule
	for _, g := range groups.Groups {
		all = append(all, g.Rules...)
	}
	return all
}

// history has samples of a minute each: those with which a rule fires, and similar ones with which it does not. There may be a second
// case in which it fires.
type history struct{ fires, firesToo, silent string }

// at is when the rules are evaluated, after the begin of a history.
const at = 90 * time.Minute

func TestEachRuleFiresWhenItShould(t *testing.T) {
	t.Parallel()
	for _, r := range rules(t) {
		t.Run(r.Alert, func(t *testing.T) {
			t.Parallel()
			h, ok := histories[r.Alert]
			if !ok {
				t.Fatal("the rule has no history in histories_test.go")
			}
			for _, samples := range []string{h.fires, cmp.Or(h.firesToo, h.fires)} {
				if missing := minutesWithoutResult(t, r, samples); len(missing) > 0 {
					t.Errorf("it does not fire with %s: no result at %v", samples, missing)
				}
			}
			if missing := minutesWithoutResult(t, r, h.silent); len(missing) == 0 {
				t.Error("it fires although it should not")
			}
		})
	}
	for name := range histories {
		if !slices.ContainsFunc(rules(t), func(r rulefmt.Rule) bool { return r.Alert == name }) {
			t.Errorf("there is no rule %s", name)
		}
	}
}

// minutesWithoutResult evaluates a rule in each minute of its "for" before at. It fires if each has a result.
func minutesWithoutResult(t *testing.T, r rulefmt.Rule, samples string) (missing []time.Duration) {
	t.Helper()
	storage := promqltest.LoadedStorage(t, "load 1m\n"+strings.TrimSpace(samples))
	engine := promqltest.NewTestEngine(t, false, 0, promqltest.DefaultMaxSamplesPerQuery)
	for minute := at - time.Duration(r.For); minute <= at; minute += time.Minute {
		query, err := engine.NewInstantQuery(t.Context(), storage, nil, r.Expr, time.Unix(0, 0).Add(minute))
		if err != nil {
			t.Fatal(err)
		}
		result := query.Exec(t.Context())
		if result.Err != nil {
			t.Fatal(result.Err)
		}
		if vector, ok := result.Value.(promql.Vector); !ok || len(vector) == 0 {
			missing = append(missing, minute)
		}
		query.Close()
	}
	return missing
}

// Each rule names its entry in the runbook, and each entry of an alert has a rule.
func TestEachRuleHasAnEntryInTheRunbook(t *testing.T) {
	t.Parallel()
	runbook := read(t, root+"/docs/runbook.md")
	entries := map[string]bool{}
	for _, heading := range regexp.MustCompile(`(?m)^### (UserManagement\w+)$`).FindAllStringSubmatch(runbook, -1) {
		entries[heading[1]] = true
	}
	for _, r := range rules(t) {
		if want := "docs/runbook.md#" + strings.ToLower(r.Alert); r.Annotations["runbook_url"] != want || !entries[r.Alert] {
			t.Errorf("%s: runbook_url %q, entry %v", r.Alert, r.Annotations["runbook_url"], entries[r.Alert])
		}
		if r.Annotations["summary"] == "" || !slices.Contains([]string{"page", "ticket"}, r.Labels["severity"]) {
			t.Errorf("%s has no summary or severity: %v %v", r.Alert, r.Annotations, r.Labels)
		}
		delete(entries, r.Alert)
	}
	if len(entries) > 0 {
		t.Errorf("entries without a rule: %v", entries)
	}
}

// The metrics of the rules and of the dashboard are those that the service documents.
func TestEachMetricIsDocumented(t *testing.T) {
	t.Parallel()
	documented := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|").FindAllStringSubmatch(read(t, root+"/docs/operations.md"), -1) {
		documented[row[1]] = true
	}
	for _, file := range []string{rulesFile, dashboard} {
		found := regexp.MustCompile(`user_management_([a-z_]+)`).FindAllStringSubmatch(read(t, file), -1)
		if len(found) < 10 {
			t.Errorf("%s names %d metrics", path.Base(file), len(found))
		}
		for _, name := range found {
			if !documented[name[1]] && !documented[strings.TrimSuffix(name[1], "_bucket")] {
				t.Errorf("%s: the metric %s is not in docs/operations.md", path.Base(file), name[0])
			}
		}
	}
}

// Each expression of the runbook can be pasted into Prometheus.
func TestEachExpressionOfTheRunbookParses(t *testing.T) {
	t.Parallel()
	found := 0
	for _, quoted := range regexp.MustCompile("`([^`]*user_management_[^`]*)`").FindAllStringSubmatch(read(t, root+"/docs/runbook.md"), -1) {
		found++
		if _, err := parser.NewParser(parser.Options{}).ParseExpr(quoted[1]); err != nil {
			t.Errorf("%s: %v", quoted[1], err)
		}
	}
	if found < 3 {
		t.Errorf("%d expressions found", found)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
