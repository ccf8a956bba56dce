// Package tools pins the generators and linters of the repository, and contains the tests of its scripts.
package tools
