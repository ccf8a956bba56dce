package usermanagementservice_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
)

// codeRow is a row of a table of codes: the code, its statuses, its meaning and its remedy.
var codeRow = regexp.MustCompile("(?m)^\\| `([a-z_0-9]+)` \\| ([0-9, ]+) \\| ([^|]+) \\| ([^|]+) \\|$")

// listedCodes returns the codes of x-extensible-enum, which every row of the description's table must explain, in the same order.
func listedCodes(t *testing.T, doc *openapi3.T, schema string) (codes, rows []string) {
	t.Helper()
	s := doc.Components.Schemas[schema].Value
	listed, _ := s.Extensions["x-extensible-enum"].([]any)
	for _, code := range listed {
		name, isText := code.(string)
		if !isText {
			t.Errorf("%s: the code %v is no text", schema, code)
		}
		codes = append(codes, name)
		if err := s.VisitJSON(name); err != nil {
			t.Errorf("%s: %v", schema, err)
		}
	}
	var explained []string
	for _, row := range codeRow.FindAllStringSubmatch(s.Description, -1) {
		rows, explained = append(rows, row[0]), append(explained, row[1])
	}
	if diff := cmp.Diff(codes, explained); diff != "" {
		t.Errorf("%s: x-extensible-enum and the table differ (-enum +table):\n%s", schema, diff)
	}
	return codes, rows
}

// The contract lists exactly the codes that the domain, the use cases and the HTTP adapter send, and docs/errors.md explains them with
// the same rows.
func TestContractListsEveryCode(t *testing.T) {
	t.Parallel()
	doc := contract(t)
	problems, problemRows := listedCodes(t, doc, "ProblemCode")
	fields, fieldRows := listedCodes(t, doc, "FieldErrorCode")
	sent := codesInSources(t)
	for what, list := range map[string]struct{ listed, sent []string }{
		"problems": {problems, slices.Sorted(maps.Keys(sent.problems))}, "field errors": {fields, slices.Sorted(maps.Keys(sent.fields))},
	} {
		if diff := cmp.Diff(list.sent, slices.Sorted(slices.Values(list.listed))); diff != "" {
			t.Errorf("the codes of %s (-sent +listed in openapi.yaml):\n%s", what, diff)
		}
	}
	page, err := os.ReadFile("docs/errors.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, row := range codeRow.FindAllStringSubmatch(string(page), -1) {
		rows = append(rows, row[0])
	}
	if diff := cmp.Diff(append(problemRows, fieldRows...), rows); diff != "" {
		t.Errorf("docs/errors.md differs from openapi.yaml (-contract +page):\n%s", diff)
	}
}

// sentCodes are the codes in the sources.
type sentCodes struct{ problems, fields map[string]bool }

// codesInSources reads the codes from the sources of everything that sends one. What only the import of accounts reports is left out:
// its reader is the operator, not a client.
func codesInSources(t *testing.T) sentCodes {
	t.Helper()
	sent := sentCodes{map[string]bool{}, map[string]bool{}}
	for _, folder := range []string{"domain", "app", "adapters/httpapi"} {
		files, err := filepath.Glob(folder + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatalf("no sources in %s: %v", folder, err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") || strings.Contains(filepath.Base(name), "import") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				sent.add(t, name, n)
				return true
			})
		}
	}
	return sent
}

// add adds the code of a call of domain's invalid, or of a literal of domain.Error, problem or gen.FieldError. A literal of domain.Error
// is a problem of its own; Fields.Check gives the others a field.
func (s sentCodes) add(t *testing.T, file string, n ast.Node) {
	t.Helper()
	switch n := n.(type) {
	case *ast.CallExpr:
		if nameOf(n.Fun) == "invalid" && strings.HasPrefix(file, "domain") {
			s.fields[literalCode(t, file, n.Args[0])] = true
		}
	case *ast.CompositeLit:
		into := map[string]map[string]bool{"Error": s.problems, "problem": s.problems, "FieldError": s.fields}[nameOf(n.Type)]
		for _, element := range n.Elts {
			pair, isPair := element.(*ast.KeyValueExpr)
			if into == nil || !isPair || !strings.EqualFold(nameOf(pair.Key), "code") {
				continue
			}
			if selector, isSelector := pair.Value.(*ast.SelectorExpr); isSelector && strings.EqualFold(selector.Sel.Name, "code") {
				continue // the code of another error, which is found where that is made
			}
			if nameOf(pair.Value) == "code" {
				continue // in domain's invalid, whose calls are found
			}
			into[literalCode(t, file, pair.Value)] = true
		}
	}
}

func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	default:
		return ""
	}
}

func literalCode(t *testing.T, file string, e ast.Expr) string {
	t.Helper()
	literal, isLiteral := e.(*ast.BasicLit)
	if !isLiteral {
		t.Fatalf("%s: a code must be a literal, so that this test finds it", file)
	}
	code, err := strconv.Unquote(literal.Value)
	if err != nil {
		t.Fatal(err)
	}
	return code
}
