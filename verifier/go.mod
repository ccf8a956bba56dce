module github.com/siriusys/user-management-service/verifier

go 1.26.0

require (
	github.com/go-jose/go-jose/v4 v4.1.9
	github.com/hashicorp/golang-lru/v2 v2.0.7
	go.uber.org/goleak v1.3.0
	pgregory.net/rapid v1.3.0
)
