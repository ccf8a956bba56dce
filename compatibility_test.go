package usermanagementservice_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	usermanagementservice "github.com/siriusys/user-management-service"
)

// deprecationFindings lists what docs/compatibility.md promises about deprecated operations and the contract does not say.
func deprecationFindings(doc *openapi3.T) (findings []string) {
	for name, op := range operations(doc) {
		if !op.Deprecated {
			continue
		}
		if sunset, _ := op.Extensions["x-sunset"].(string); !isDate(sunset) {
			findings = append(findings, name+": x-sunset is not a date")
		}
		for status, response := range op.Responses.Map() {
			for _, header := range []string{"Deprecation", "Sunset"} {
				if response.Value.Headers[header] == nil {
					findings = append(findings, fmt.Sprintf("%s: response %s does not declare %s", name, status, header))
				}
			}
		}
	}
	return findings
}

func isDate(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}

func TestDeprecatedOperationsAnnounceTheirEnd(t *testing.T) {
	t.Parallel()
	for _, finding := range deprecationFindings(contract(t)) {
		t.Error(finding)
	}

	doc := contract(t)
	op := doc.Paths.Value("/livez").Get
	op.Deprecated = true
	if got := deprecationFindings(doc); len(got) != 3 {
		t.Errorf("a deprecated operation without x-sunset and headers: %q, want 3 findings", got)
	}
	op.Extensions = map[string]any{"x-sunset": "2027-06-30"}
	for _, header := range []string{"Deprecation", "Sunset"} {
		op.Responses.Value("200").Value.Headers[header] = &openapi3.HeaderRef{Value: &openapi3.Header{}}
	}
	if got := deprecationFindings(doc); len(got) != 0 {
		t.Errorf("an announced end: %q", got)
	}
}

// taggedModule is a row of docs/compatibility.md: the folder of a module, its name and its tag.
var taggedModule = regexp.MustCompile("(?m)^\\| `([a-z/]+)` \\| [^|]*`([^`]+)` \\| `([^`]+)` \\|$")

// Every published module is where the policy says, and Go finds a version of it by the tag that the policy names.
func TestPublishedModulesAreWhereThePolicySays(t *testing.T) {
	t.Parallel()
	policy, err := os.ReadFile("docs/compatibility.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := taggedModule.FindAllStringSubmatch(string(policy), -1)
	if len(rows) != 4 {
		t.Fatalf("docs/compatibility.md lists %d modules, want 4", len(rows))
	}
	for _, row := range rows {
		folder, name, tag := row[1], row[2], row[3]
		if tag != folder+"/vX.Y.Z" {
			t.Errorf("the tag of %s is %s", folder, tag)
		}
		file, declaration := folder+"/go.mod", "module "+name+"\n"
		if strings.HasPrefix(name, "@") {
			file, declaration = folder+"/package.json", fmt.Sprintf("%q: %q", "name", name)
		}
		text, err := os.ReadFile(file) //nolint:gosec // a file of this repository
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), declaration) {
			t.Errorf("%s does not declare %s", file, name)
		}
	}
}

var semanticVersion = regexp.MustCompile(`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$`)

func TestContractStatesItsCompatibility(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(usermanagementservice.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	if !semanticVersion.MatchString(doc.Info.Version) {
		t.Errorf("the version %q is not semantic", doc.Info.Version)
	}
	for _, said := range []string{"`info.version`", "6 months", "`deprecated: true`", "`Deprecation` (RFC 9745)", "`Sunset` (RFC 8594)"} {
		if !strings.Contains(doc.Info.Description, said) {
			t.Errorf("the introduction does not mention %s", said)
		}
	}
}
