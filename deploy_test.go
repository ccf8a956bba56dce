package usermanagementservice_test

import (
	"os"
	"strings"
	"testing"
)

// The example for Patroni gives the role that serves the rights that the operator's page says.
func TestPatroniRightsAreThoseOfTheOperatorsPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile("deploy/patroni/rights.sql")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "\n## The database role\n")
	_, block, _ := strings.Cut(section, "```sql\n")
	rights, _, isThere := strings.Cut(block, "```")
	if !isThere || !strings.HasSuffix(string(file), "\n"+rights) {
		t.Errorf("deploy/patroni/rights.sql differs from docs/operations.md:\n%s", rights)
	}
}
