package usermanagementservice_test

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	usermanagementservice "github.com/siriusys/user-management-service"
	"github.com/siriusys/user-management-service/domain"
)

// contract loads the embedded document and checks it and its examples against OpenAPI 3.0.
func contract(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(usermanagementservice.OpenAPI)
	if err != nil {
		t.Fatalf("load openapi.yaml: %v", err)
	}
	if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation(), openapi3.EnableSchemaFormatValidation()); err != nil {
		t.Fatalf("openapi.yaml is not valid: %v", err)
	}
	return doc
}

func TestContractIsFitForGenerators(t *testing.T) {
	t.Parallel()
	doc := contract(t)
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.OperationID == "" || op.Summary == "" || op.Description == "" || len(op.Tags) != 1 {
				t.Errorf("%s %s: needs an operationId, a summary, a description and one tag", method, path)
			}
			for status, answer := range op.Responses.Map() {
				if answer.Value.Headers["X-Request-Id"] == nil {
					t.Errorf("%s %s: answer %s does not declare X-Request-Id", method, path, status)
				}
			}
		}
	}
	for name, schema := range doc.Components.Schemas {
		s := schema.Value
		if len(s.OneOf)+len(s.AnyOf)+len(s.AllOf) > 0 || s.Nullable {
			t.Errorf("schema %s: oneOf, anyOf, allOf and nullable make poor SDK types", name)
		}
		if closed := s.AdditionalProperties.Has; closed == nil || *closed {
			t.Errorf("schema %s: must say additionalProperties: false, so that an undeclared member is caught", name)
		}
		for member, property := range s.Properties {
			if property.Ref == "" && property.Value.Description == "" {
				t.Errorf("schema %s: %s has no description", name, member)
			}
		}
	}
}

func TestContractLimitsAreThoseOfTheDomain(t *testing.T) {
	t.Parallel()
	doc := contract(t)
	limits := map[string]struct{ least, most int }{ // least 1 for what is presented: an empty one is 422 like an absent one
		"email":            {domain.EmailMinLength, domain.EmailMaxLength},
		"full_name":        {1, domain.FullNameMaxLength},
		"state_province":   {0, domain.StateProvinceMaxLength},
		"password":         {1, domain.PasswordMaxLength},
		"current_password": {1, domain.PasswordMaxLength},
		"new_password":     {domain.PasswordMinLengthFloor, domain.PasswordMaxLength},
		"token":            {1, domain.TokenMaxLength},
		"refresh_token":    {1, domain.TokenMaxLength},
	}
	for name, schema := range doc.Components.Schemas {
		if name == "IntrospectionRequest" {
			continue // RFC 7662 sets no limit: a token that is too long is no good, like any other unknown one
		}
		for member, property := range schema.Value.Properties {
			want, limited := limits[member]
			if name == "SignupRequest" && member == "password" {
				want.least = domain.PasswordMinLengthFloor
			}
			if !limited || property.Value.Pattern != "" {
				continue
			}
			most := property.Value.MaxLength
			if most == nil || int(*most) != want.most || int(property.Value.MinLength) != want.least {
				t.Errorf("%s.%s: the domain's limits are %d to %d", name, member, want.least, want.most)
			}
		}
	}
}
