GO         ?= go
PROGRAM    := bin/user-management-service
GOTESTFLAGS ?=
FUZZTIME   ?= 30s
ISO3166    ?= 4.4.0
SWAGGER_UI ?= 5.35.0
ZXCVBN     ?= 4.1.3

# The tools are built without cgo: sqlc then parses with WebAssembly, which compiles in one minute instead of many.
TOOL       := CGO_ENABLED=0 $(GO) tool -modfile=tools/go.mod
GENERATED  := adapters/httpapi/internal/gen adapters/postgres/internal/sqlc adapters/passwordhash/argon2id/internal/blamka

.DEFAULT_GOAL := help
.PHONY: help run test test-containers verify generate lint vulnerabilities fuzz build bench bench-scale iso3166 common-passwords viewer clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: build ## Run everything on this machine: service, private Postgres, mail inbox
	@exec ./$(PROGRAM) dev

test: ## Run all tests on a real Postgres (GOTESTFLAGS=-race, TEST_CONTAINERS=require|off)
	@$(GO) run ./adapters/postgres/pgtest/cmd/with-postgres -- $(GO) test $(GOTESTFLAGS) ./...

test-containers: export TEST_CONTAINERS = require
test-containers: test ## Run all tests, and insist on Docker

verify: ## Check that generated code is current, the code is clean and the architecture holds
	@echo "generated code is current"; set -e; \
	before=$$(mktemp -d); trap 'rm -rf "$$before"' EXIT; \
	for d in $(GENERATED); do mkdir -p "$$before/$$d"; cp -R "$$d/." "$$before/$$d"; done; \
	$(MAKE) --no-print-directory generate; \
	for d in $(GENERATED); do \
	  diff -ru "$$before/$$d" "$$d" || { echo "verify: $$d was out of date and is now generated anew: commit it" >&2; exit 1; }; \
	done
	@echo "go.mod and tools/go.mod are tidy"
	@$(GO) mod tidy -diff || { echo "verify: run 'go mod tidy'" >&2; exit 1; }
	@$(GO) -C tools mod tidy -diff || { echo "verify: run 'go -C tools mod tidy'" >&2; exit 1; }
	@echo "the architecture holds, the contract is valid"
	@$(GO) test .
	@$(MAKE) --no-print-directory vulnerabilities
	@echo "go vet"
	@$(GO) vet ./...
	@$(MAKE) --no-print-directory lint

generate: ## Generate the HTTP handlers from openapi.yaml, the queries from db/ and Argon2id's assembly
	@$(TOOL) oapi-codegen -config adapters/httpapi/oapi-codegen.yaml openapi.yaml
	@kernels=../adapters/passwordhash/argon2id/internal/blamka/fill_amd64 && \
	CGO_ENABLED=0 $(GO) -C tools run ./argon2id -out $$kernels.s -stubs $$kernels.go -pkg blamka
	@start=$$(mktemp) && $(TOOL) sqlc generate && \
	find adapters/postgres/internal/sqlc -name '*.go' ! -newer "$$start" -delete; status=$$?; rm -f "$$start"; exit $$status

vulnerabilities: ## Look for known vulnerabilities of what is used (needs vuln.go.dev)
	@echo "govulncheck"; found=$$($(TOOL) govulncheck ./... 2>&1) || case "$$found" in \
	  *"fetching vulnerabilities"*) echo "not checked: vuln.go.dev is not reachable from here" ;; \
	  *) echo "$$found" >&2; exit 1 ;; esac

lint: ## Lint and check the formatting (mend the formatting: make lint FIX=--fix)
	@echo "golangci-lint"
	@$(TOOL) golangci-lint run $(FIX)

fuzz: ## Run each fuzz target for FUZZTIME (30s)
	@set -e; targets=$$($(GO) test -list '^Fuzz' ./...); \
	echo "$$targets" | awk '/^Fuzz/ { name[++n] = $$1 } /^ok/ { for (i = 1; i <= n; i++) print $$2, name[i]; n = 0 }' | \
	while read -r package name; do \
	  echo "$$name of $$package"; \
	  $(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 100x "$$package" || exit 1; \
	done

build: ## Build the program into ./bin
	@$(GO) build -trimpath -ldflags "-s -w" -o $(PROGRAM) ./cmd/user-management-service

bench: ## Measure the service beside the machine's limits, into docs/performance.md (BENCHFLAGS="-d 10s -profile DIR")
	@$(GO) run ./bench $(BENCHFLAGS)

bench-scale: ## Measure how costs grow up to 10 million users, into docs/performance-scale.md (BENCHFLAGS="-sizes 1000,1000000")
	@$(GO) run ./bench -scale $(BENCHFLAGS)

iso3166: ## Renew domain/iso3166.tsv from the npm package iso-3166 (ISO3166=version)
	@set -e; dir=$$(mktemp -d); trap 'rm -rf "$$dir"' EXIT; \
	npm pack --silent --pack-destination "$$dir" iso-3166@$(ISO3166) >/dev/null; tar xzf "$$dir"/*.tgz -C "$$dir"; \
	node tools/iso3166.mjs "$$dir/package" >domain/iso3166.tsv

common-passwords: ## Renew domain/common_passwords.txt from the npm package @zxcvbn-ts/language-common (ZXCVBN=version)
	@set -e; dir=$$(mktemp -d); trap 'rm -rf "$$dir"' EXIT; \
	npm pack --silent --pack-destination "$$dir" @zxcvbn-ts/language-common@$(ZXCVBN) >/dev/null; tar xzf "$$dir"/*.tgz -C "$$dir"; \
	node tools/common-passwords.mjs "$$dir/package" >domain/common_passwords.txt

viewer: ## Renew the API reference's viewer from the npm package swagger-ui-dist (SWAGGER_UI=version)
	@set -e; dir=$$(mktemp -d); trap 'rm -rf "$$dir"' EXIT; \
	npm pack --silent --pack-destination "$$dir" swagger-ui-dist@$(SWAGGER_UI) >/dev/null; tar xzf "$$dir"/*.tgz -C "$$dir"; \
	for f in swagger-ui-bundle.js swagger-ui.css LICENSE NOTICE; do sed '/sourceMappingURL/d' "$$dir/package/$$f" >adapters/web/viewer/$$f; done

clean: ## Remove ./bin; the development database in .data stays
	@rm -rf bin
