package main

import (
	"regexp"
	"strings"
	"testing"
)

// patroniPage is the page whose commands a test of the fault suite runs.
const patroniPage = "deploy/patroni/README.md"

// shown are the blocks of the documentation that TestShellBlocksOfTheDocumentationRun does not run, by their pages and first lines: what
// runs or checks them, or why nothing can.
var shown = map[string]map[string]string{
	"README.md": {" ┌ cmd ──": "a drawing"},
	patroniPage: {
		"mkdir -p /etc/postgresql-common/createcluster.d": "installs packages; its test runs the same programs with the same files",
		"install -m 755 user-management-service_v1.2.3":   "likewise",
		"apt install haproxy":                             "likewise",
	},
	"docs/adding-a-use-case.md": {
		"--- a/openapi.yaml": "TestAddingAUseCase", "--- /dev/null": "likewise",
		"--- a/adapters/httpapi/handlers.go": "likewise", "go test . ./adapters/memory ./adapters/postgres": "likewise",
	},
	"docs/architecture.md":  {"flowchart TB": "a drawing", "sequenceDiagram": "a drawing"},
	"docs/backups.md":       {`{"time":"2026-11-26T10:00:00Z","msg":"account erased"`: "TestRestoreDrill reads such lines of the service"},
	"docs/compatibility.md": {"cp openapi.yaml docs/contract/released.yaml": "changes the repository; make contract compares the files"},
	"docs/operations.md": {
		"DATABASE_URL=postgres://user:password@host":              "TestEverySettingIsDocumented checks the names",
		"docker load --input":                                     "needs Docker; make test-image runs the image",
		"install -m 755 user-management-service":                  "needs systemd; make test-deploy checks the unit",
		"[Service]":                                               "likewise",
		"# kustomization.yaml":                                    "needs a cluster; make test-deploy validates the files",
		"kubectl create secret generic":                           "likewise",
		"[databases]":                                             "TestTheServiceSurvivesARestartOfThePooler uses such a pooler",
		"UPDATE river_job SET state":                              "TestAnOperatorRunsAJobAgainThatWasGivenUp",
		"user-management-service admin after-restore service.log": "TestRestoreDrill",
		"GRANT USAGE ON SCHEMA public TO user_management":         "TestServingRoleMayOnlyAddToTheAuditLog",
	},
	"docs/runbook.md": {"openssl s_client -starttls smtp": "needs the operator's mail server"},
	"docs/verifying-elsewhere.md": {
		`{"revocations":[{"sid":`: "a response; TestTheListOfRevocationsIsCompleteAcrossPages compares such ones with openapi.yaml",
		"retry: 1000":             "a stream; TestAStreamReportsALogoutOnAnotherReplica reads one",
		"cursor = none":           "pseudocode of package verifier",
	},
	"sdk/go/README.md": {
		"go get github.com/siriusys": "the module is not published yet",
		"client, err :=":             "TestReadme of the SDK", "err = client.LogIn": "likewise",
	},
	"sdk/typescript/README.md": {
		"npm install @siriusys/accounts": "the package is not published yet",
		"import { AccountsClient":        "readme.test.ts", "await client.logIn": "likewise",
	},
	"verifier/README.md": {"v, err := verifier.New": "TestReadme of the module", "claims, _ := verifier.ClaimsOf": "likewise"},
}

var otherBlock = regexp.MustCompile("(?ms)^ *```(\\w*)\n(.*?)^ *```$")

var namedTest = regexp.MustCompile(`\bTest\w+`)

// The tests that the list names exist.
func TestTheListOfBlocksNamesTests(t *testing.T) {
	t.Parallel()
	names := testNames(t)
	for page, blocks := range shown {
		for first, reason := range blocks {
			for _, name := range namedTest.FindAllString(reason, -1) {
				if !names[name] {
					t.Errorf("%s, %s: no test is called %s", page, first, name)
				}
			}
		}
	}
}

// testNames are the names of the tests of all modules.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	declaration := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	for _, text := range repositoryFiles(t, "_test.go") {
		for _, declared := range declaration.FindAllStringSubmatch(text, -1) {
			names[declared[1]] = true
		}
	}
	return names
}

// Each block is run, or listed above. A list that has too much is wrong, too.
func TestEveryBlockOfTheDocumentationIsRunOrListed(t *testing.T) {
	t.Parallel()
	for name, text := range documentation(t) {
		listed := map[string]bool{}
		for first := range shown[name] {
			listed[first] = false
		}
		for _, block := range otherBlock.FindAllStringSubmatch(text, -1) {
			if block[1] == "sh" {
				continue
			}
			found := false
			for first := range shown[name] {
				if strings.HasPrefix(block[2], first) {
					found, listed[first] = true, true
				}
			}
			if !found {
				line, _, _ := strings.Cut(block[2], "\n")
				t.Errorf("%s: no test is known to run the block of %q that begins with %q", name, block[1], line)
			}
		}
		for first, found := range listed {
			if !found {
				t.Errorf("%s has no block that begins with %q", name, first)
			}
		}
	}
}
