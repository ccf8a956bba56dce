package usermanagementservice_test

import (
	"strings"
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

func TestContractSuitsGenerators(t *testing.T) {
	t.Parallel()
	doc := contract(t)
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.OperationID == "" || op.Summary == "" || op.Description == "" || len(op.Tags) != 1 {
				t.Errorf("%s %s: needs an operationId, a summary, a description and one tag", method, path)
			}
			for _, parameter := range op.Parameters {
				if parameter.Value.In == "path" && parameter.Value.Schema.Value.Format != "uuid" {
					t.Errorf("%s %s: %s is no UUID, which canonicalIDs of the HTTP adapter expects", method, path, parameter.Value.Name)
				}
			}
			for status, response := range op.Responses.Map() {
				limited := op.Responses.Value("429") != nil && (status[0] == '2' || status == "429")
				if limited && (response.Value.Headers["RateLimit"] == nil || response.Value.Headers["RateLimit-Policy"] == nil) {
					t.Errorf("%s %s: response %s does not declare the rate limit", method, path, status)
				}
				if response.Value.Headers["X-Request-Id"] == nil {
					t.Errorf("%s %s: response %s does not declare X-Request-Id", method, path, status)
				}
			}
		}
	}
	requested := requestSchemas(doc)
	for name, schema := range doc.Components.Schemas {
		s := schema.Value
		if len(s.OneOf)+len(s.AnyOf)+len(s.AllOf) > 0 || s.Nullable {
			t.Errorf("schema %s: oneOf, anyOf, allOf and nullable lead to poor SDK types", name)
		}
		if closed := s.AdditionalProperties.Has != nil || s.AdditionalProperties.Schema != nil; closed != requested[name] {
			t.Errorf("schema %s: only a request, which must not have an undeclared member, sets additionalProperties: false", name)
		}
		if requested[name] && *s.AdditionalProperties.Has {
			t.Errorf("schema %s: a request must not have an undeclared member", name)
		}
		for member, property := range s.Properties {
			if property.Ref == "" && property.Value.Description == "" {
				t.Errorf("schema %s: %s has no description", name, member)
			}
			if property.Value.Type.Is("array") && property.Value.MaxItems == nil {
				t.Errorf("schema %s: %s has no maxItems", name, member)
			}
		}
	}
}

// requestSchemas are the names of the schemas of request bodies.
func requestSchemas(doc *openapi3.T) map[string]bool {
	names := map[string]bool{}
	for _, op := range operations(doc) {
		if op.RequestBody == nil {
			continue
		}
		for _, media := range op.RequestBody.Value.Content {
			names[strings.TrimPrefix(media.Schema.Ref, "#/components/schemas/")] = true
		}
	}
	return names
}

// What generators and viewers of the contract rely on.
func TestContractDescribesItself(t *testing.T) {
	t.Parallel()
	doc := contract(t)
	license, contact := doc.Info.License, doc.Info.Contact
	if doc.OpenAPI != "3.0.3" || license == nil || license.Name == "" || contact == nil || contact.Name == "" {
		t.Errorf("OpenAPI %s, license %v, contact %v", doc.OpenAPI, license, contact)
	}
	if len(doc.Servers) != 1 || doc.Servers[0].URL != "/" {
		t.Errorf("the servers are %v, want / alone, which is right at each address", doc.Servers)
	}
	for _, path := range []string{"/openapi.yaml", "/docs"} {
		if doc.Paths.Value(path) != nil {
			t.Errorf("%s is no operation for an SDK", path)
		}
	}
	for _, said := range []string{
		"HEAD", "OPTIONS", "304", "`/openapi.yaml`", "text/plain", "400", "417", "431", "501", "505", "invalid_token", "invalid_credentials",
	} {
		if !strings.Contains(doc.Info.Description, said) {
			t.Errorf("the introduction does not mention %s", said)
		}
	}
}

func TestContractLimitsAreThoseOfTheDomain(t *testing.T) {
	t.Parallel()
	doc := contract(t)
	limits := map[string]struct{ least, most int }{ // a presented secret has at least 1: an empty one is 422, like a missing one
		"email":            {domain.EmailMinLength, domain.EmailMaxLength},
		"full_name":        {1, domain.FullNameMaxLength},
		"state_province":   {0, domain.StateProvinceMaxLength},
		"password":         {1, domain.PasswordMaxLength},
		"current_password": {1, domain.PasswordAttemptMaxLength},
		"new_password":     {domain.PasswordMinLengthFloor, domain.PasswordMaxLength},
		"token":            {1, domain.TokenMaxLength},
		"refresh_token":    {1, domain.TokenMaxLength},
	}
	for name, schema := range doc.Components.Schemas {
		if name == "IntrospectionRequest" {
			continue // RFC 7662 sets no limit: a token that is too long is inactive, like any unknown one
		}
		for member, property := range schema.Value.Properties {
			want, limited := limits[member]
			switch {
			case name == "SignupRequest" && member == "password":
				want.least = domain.PasswordMinLengthFloor
			case (name == "LoginRequest" || name == "TerminateRequest") && member == "password":
				want.most = domain.PasswordAttemptMaxLength // it may be imported
			}
			if !limited || property.Value.Pattern != "" {
				continue
			}
			most := property.Value.MaxLength
			if most == nil || int(*most) != want.most || int(property.Value.MinLength) != want.least {
				t.Errorf("%s.%s: want the domain's limits, %d to %d", name, member, want.least, want.most)
			}
		}
	}
}
