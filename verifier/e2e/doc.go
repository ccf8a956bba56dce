// Package e2e tests the verifier against the real service, and measures it beside the service's own JOSE library. It is a module of its
// own, because neither the service nor the verifier depends on the other.
package e2e
