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

// limit is the length of a text in code points, and its pattern, in the contract.
type limit struct {
	least, most uint64
	pattern     string
}

// requestLimits are the limits of every text in a request. A presented password or token has no lower limit but 1: an empty
// one is 422, like a missing one.
var requestLimits = map[string]limit{
	"email":            {domain.EmailMinLength, domain.EmailMaxLength, ""},
	"full_name":        {1, domain.FullNameMaxLength, ""},
	"country":          {0, 0, "^[A-Z]{2}$"},
	"state_province":   {0, domain.StateProvinceMaxLength, ""},
	"password":         {1, domain.PasswordMaxLength, ""},
	"current_password": {1, domain.PasswordAttemptMaxLength, ""},
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

// Every text in every request has the domain's limits, and the contract uses every limit.
func TestRequestLimitsAreThoseOfTheDomain(t *testing.T) {
	t.Parallel()
	unused := maps.Clone(requestLimits)
	for name, op := range operations(contract(t)) {
		if op.RequestBody == nil || op.RequestBody.Value.Content["application/json"] == nil {
			continue // no body, or a form, whose RFC defines its limits
		}
		for member, property := range op.RequestBody.Value.Content["application/json"].Schema.Value.Properties {
			s := property.Value
			if !s.Type.Is("string") {
				continue
			}
			want, known := requestLimits[member]
			switch {
			case name == "POST /signup" && member == "password":
				want.least = domain.PasswordMinLengthFloor
			case (name == "POST /login" || name == "POST /terminate") && member == "password":
				want.most = domain.PasswordAttemptMaxLength // it may be imported
			}
			got := limit{least: s.MinLength, pattern: s.Pattern}
			if s.MaxLength != nil {
				got.most = *s.MaxLength
			}
			if !known || got != want {
				t.Errorf("%s: %s has the limits %v, want the domain's %v", name, member, got, want)
			}
			delete(unused, member)
		}
	}
	if len(unused) > 0 {
		t.Errorf("no request contains %q", slices.Sorted(maps.Keys(unused)))
	}
}

// Every country and subdivision of the domain matches the schema of the contract.
func TestPlacesMatchTheContract(t *testing.T) {
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
			t.Errorf("%s %q does not match the contract: %v", member, code, err)
		}
	}
	if err := profile["state_province"].Value.VisitJSON(""); err != nil {
		t.Errorf("the empty state_province of a country without subdivisions does not match the contract: %v", err)
	}
	for _, bad := range []string{"de", "D", "DEU"} {
		if profile["country"].Value.VisitJSON(bad) == nil {
			t.Errorf("the contract accepts the country %q", bad)
		}
	}
}

// Every operation needs an access token unless it says otherwise, and documents exactly the 401 of the credential it needs.
func TestProtectedOperations(t *testing.T) {
	t.Parallel()
	doc := contract(t)
	accessToken := openapi3.SecurityRequirements{{"accessToken": {}}}
	if diff := cmp.Diff(accessToken, doc.Security); diff != "" {
		t.Errorf("the default must be the access token (-want +got):\n%s", diff)
	}
	codes := map[string]string{"accessToken": domain.ErrInvalidAccessToken.Code, "serviceCredential": domain.ErrInvalidClient.Code}
	protected := map[string]int{}
	for name, op := range operations(doc) {
		required := doc.Security
		if op.Security != nil {
			required = *op.Security
			if cmp.Equal(required, accessToken) {
				t.Errorf("%s: repeats the default", name)
			}
		}
		want := openapi3.SecurityRequirements{}
		for scheme, code := range codes {
			if documents(op, "401", code) {
				want = append(want, openapi3.SecurityRequirement{scheme: {}})
				protected[scheme]++
			}
		}
		if diff := cmp.Diff(want, required, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: the documented 401 belongs to another credential (-want +got):\n%s", name, diff)
		}
	}
	for scheme := range codes {
		if doc.Components.SecuritySchemes[scheme] == nil || protected[scheme] == 0 {
			t.Errorf("%s must be declared, and required by some operation", scheme)
		}
	}
}

// documents reports whether the description of the operation's response of that status names the code.
func documents(op *openapi3.Operation, status, code string) bool {
	response := op.Responses.Value(status)
	return response != nil && response.Value.Description != nil && strings.Contains(*response.Value.Description, "`"+code+"`")
}
