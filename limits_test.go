package usermanagementservice_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/siriusys/user-management-service/domain"
)

// limit is what the contract says of a text, in code points.
type limit struct {
	least, most uint64
	pattern     string
}

// requestLimits are the limits of every text that a request carries. A password or token that is presented may be of any
// length but nought: an empty one is 422 like an absent one.
var requestLimits = map[string]limit{
	"email":            {domain.EmailMinLength, domain.EmailMaxLength, ""},
	"full_name":        {1, domain.FullNameMaxLength, ""},
	"country":          {0, 0, "^[A-Z]{2}$"},
	"state_province":   {0, domain.StateProvinceMaxLength, ""},
	"password":         {1, domain.PasswordMaxLength, ""},
	"current_password": {1, domain.PasswordMaxLength, ""},
	"new_password":     {domain.PasswordMinLengthFloor, domain.PasswordMaxLength, ""},
	"token":            {1, domain.TokenMaxLength, ""},
	"refresh_token":    {1, domain.TokenMaxLength, ""},
	"device_token":     {0, domain.TokenMaxLength, ""},
}

func operations(doc *openapi3.T) map[string]*openapi3.Operation {
	all := map[string]*openapi3.Operation{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			all[method+" "+path] = op
		}
	}
	return all
}

// Every text of every request has the domain's limits, and every limit of the domain is in the contract.
func TestRequestLimitsAreThoseOfTheDomain(t *testing.T) {
	t.Parallel()
	unused := maps.Clone(requestLimits)
	for name, op := range operations(contract(t)) {
		if op.RequestBody == nil || op.RequestBody.Value.Content["application/json"] == nil {
			continue // or a form, whose parameters have the limits of the RFC that defines them
		}
		for member, property := range op.RequestBody.Value.Content["application/json"].Schema.Value.Properties {
			s := property.Value
			if !s.Type.Is("string") {
				continue
			}
			want, known := requestLimits[member]
			if name == "POST /signup" && member == "password" {
				want.least = domain.PasswordMinLengthFloor
			}
			got := limit{least: s.MinLength, pattern: s.Pattern}
			if s.MaxLength != nil {
				got.most = *s.MaxLength
			}
			if !known || got != want {
				t.Errorf("%s: %s has the limits %v, the domain has %v", name, member, got, want)
			}
			delete(unused, member)
		}
	}
	if len(unused) > 0 {
		t.Errorf("no request has %q", slices.Sorted(maps.Keys(unused)))
	}
}

// Every country and subdivision that the domain knows has the form that the contract promises.
func TestPlacesHaveTheFormOfTheContract(t *testing.T) {
	t.Parallel()
	profile := contract(t).Components.Schemas["Profile"].Value.Properties
	table, err := os.ReadFile("domain/iso3166.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(table)) {
		code, _, _ := strings.Cut(line, "\t")
		member := "country"
		if strings.Contains(code, "-") {
			member = "state_province"
		}
		if err := profile[member].Value.VisitJSON(code); err != nil {
			t.Errorf("%s %q is not of the contract's form: %v", member, code, err)
		}
	}
	if err := profile["state_province"].Value.VisitJSON(""); err != nil {
		t.Errorf("a country without subdivisions is not of the contract's form: %v", err)
	}
	for _, bad := range []string{"de", "D", "DEU"} {
		if profile["country"].Value.VisitJSON(bad) == nil {
			t.Errorf("the contract accepts the country %q", bad)
		}
	}
}

// The operations that need a credential are those that answer the lack of it, and ask for no other.
func TestProtectedOperations(t *testing.T) {
	t.Parallel()
	doc := contract(t)
	lack := map[string]string{"accessToken": domain.ErrInvalidAccessToken.Code, "serviceCredential": domain.ErrInvalidClient.Code}
	protected := map[string]int{}
	for name, op := range operations(doc) {
		asked := openapi3.SecurityRequirements{}
		if op.Security != nil {
			asked = *op.Security
		}
		want := openapi3.SecurityRequirements{}
		for scheme, code := range lack {
			if answersWith(op, "401", code) {
				want = append(want, openapi3.SecurityRequirement{scheme: {}})
				protected[scheme]++
			}
		}
		if diff := cmp.Diff(want, asked, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: asks for other credentials than those whose lack it answers\n%s", name, diff)
		}
	}
	for scheme := range lack {
		if doc.Components.SecuritySchemes[scheme] == nil || protected[scheme] == 0 {
			t.Errorf("%s must be declared, and asked for by some operation", scheme)
		}
	}
	if len(doc.Security) > 0 {
		t.Error("each operation must ask for a credential on its own")
	}
}

// answersWith reports whether the operation documents the code among its answers of the status.
func answersWith(op *openapi3.Operation, status, code string) bool {
	answer := op.Responses.Value(status)
	return answer != nil && answer.Value.Description != nil && strings.Contains(*answer.Value.Description, "`"+code+"`")
}
