// Package usermanagementservice embeds openapi.yaml, the contract of the service, for the programs that serve it.
package usermanagementservice

import _ "embed" // the contract

// OpenAPI is the text of openapi.yaml (OpenAPI 3.0.3). Callers must not change it.
//
//go:embed openapi.yaml
var OpenAPI []byte
