# The targets that people use; .ci/run calls the same commands.
.DEFAULT_GOAL := help
SHELL := /bin/bash
# The commit that "cocare version" names; a copy without .git may say it.
REVISION ?= $(shell git rev-parse HEAD 2>/dev/null)

.PHONY: help demo build test test-postgres race lint bench fuzz fmt clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

demo: ## Run the whole product on this machine
	CGO_ENABLED=0 go run ./cmd/cocare demo

build: ## Build the binary ./cocare, static, without a C compiler
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X github.com/atmacena/cocare/internal/cli.revision=$(REVISION)" -o cocare ./cmd/cocare

test: ## Run the tests on SQLite
	go test ./...

test-postgres: ## Run the tests on PostgreSQL (COCARE_TEST_POSTGRES names a server)
	@test -n "$$COCARE_TEST_POSTGRES" || { echo "set COCARE_TEST_POSTGRES=postgres://user@host:port/postgres"; exit 2; }
	go test ./...

race: ## Run the tests under the race detector (needs a C compiler)
	CGO_ENABLED=1 go test -race ./...

lint: ## Format, vet, staticcheck, golangci-lint, gosec
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	go vet ./...
	staticcheck ./...
	golangci-lint run
	gosec -quiet -conf .gosec.json -exclude-dir internal/dbtest -exclude-dir internal/apptest -exclude-dir internal/testneed ./...

bench: ## Run the benchmarks that print their own comparison
	go test -run '^$$' -bench . -benchmem ./...

fuzz: ## Fuzz every parser for a minute each
	.ci/fuzz 60s

fmt: ## Format the code
	gofmt -w $$(git ls-files '*.go')

clean: ## Remove what was built
	rm -f cocare
