// Package usermanagementservice holds the contract of the service, openapi.yaml, for the programs that serve it.
package usermanagementservice

import _ "embed" // the contract

// OpenAPI is the text of openapi.yaml (OpenAPI 3.0.3). It must not be written to.
//
//go:embed openapi.yaml
var OpenAPI []byte
