SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

STATICCHECK_VERSION := v0.8.2
STATICCHECK := bin/staticcheck-$(STATICCHECK_VERSION)
GORELEASER_VERSION := v2.15.1
SBOM_VERSION := v1.10.0
FUZZTIME ?= 30s
CLUSTERS ?= 3000
CHECKS ?= 10000

# Packages with tests of a kind; the shell finds them when they are needed.
packages_with = grep -rl --include='*_test.go' $(1) . | xargs -n1 dirname | sort -u

# What runs the program or the go command as a whole is tested without the race
# detector: their packages are tested with it one by one, and nothing waits for a
# binary that is ten times slower. So are packages that try thousands of cases in
# one goroutine each; of package graph, those with several. make race runs
# everything with it.
scripted = ./cmd/esaudit ./internal/house ./policies ./audit ./fix ./report ./redact ./graph
raced = go list ./... | grep -vE '/(cmd/esaudit|internal/house|policies|audit|fix|report|redact|graph)$$'

.PHONY: help
help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-9s  %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: build ## audit the demo estate and ask what follows, as a first look
	@scripts/demo.sh

.PHONY: demo-fix
demo-fix: build ## plan, apply, verify and undo corrections of the demo estate
	@scripts/demo-fix.sh

.PHONY: build
build: ## build bin/esaudit
	@mkdir -p bin
	@go build -trimpath -o bin/esaudit ./cmd/esaudit

.PHONY: test
test: compiler terminal check judges ## everything a change has to pass: linters, unit tests with the race detector, scripts, judges
	@mkdir -p bin
	@{ CGO_ENABLED=1 go test -race -count=1 -timeout 25m -v $$($(raced)) || true; CGO_ENABLED=1 go test -race -count=1 -v -run SideBySide ./graph || true; go test -count=1 -timeout 25m -v $(scripted); } 2>&1 | tee bin/test.log \
		| grep --line-buffered -Ev '^ *=== |^ *--- PASS|^PASS$$|\[no test files\]|\[rapid\] OK' || true
	@awk -f .ci/summary.awk bin/test.log
	@cat bin/judges.txt

# What others think of the reports: Chromium and axe-core of HTML, sarif-multitool
# of SARIF, Graphviz of DOT, xmllint of XML. They have a module of their own.
# NO_BROWSER=1 leaves the browser out, and the summary says so.
.PHONY: judges
judges: judged ## ask a browser and the tools of others what they think of the reports
	@mkdir -p bin
	@cd internal/judges && test -z "$$(gofmt -l .)" && go vet ./...
	@cd internal/judges && go test -count=1 -timeout 10m ./formats
	@if [ -n "$(NO_BROWSER)" ]; then \
		echo "HTML reports: NOT tested in a browser (NO_BROWSER=$(NO_BROWSER))" >bin/judges.txt; \
	else \
		(cd internal/judges && go test -count=1 -timeout 10m -v ./browser) >bin/browser.log 2>&1 || { cat bin/browser.log; exit 1; }; \
		grep '^HTML report' bin/browser.log >bin/judges.txt; \
	fi
	@cat bin/judges.txt

# Judges that are missing are installed by name; without them this fails.
.PHONY: judged
judged:
	@missing=; \
	has() { command -v $$1 >/dev/null || missing="$$missing $$2"; }; \
	has dot graphviz; has xmllint libxml2-utils; has npm npm; [ -n "$(NO_BROWSER)" ] || has chromium chromium; \
	if [ -n "$$missing" ]; then \
		root=; [ "$$(id -u)" = 0 ] || root=sudo; \
		$$root apt-get update -q && DEBIAN_FRONTEND=noninteractive $$root apt-get install -qy --no-install-recommends $$missing; \
	fi
	@cmp -s internal/judges/npm/package-lock.json internal/judges/npm/node_modules/.installed || { \
		(cd internal/judges/npm && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) && \
		cp internal/judges/npm/package-lock.json internal/judges/npm/node_modules/.installed; }

.PHONY: check
check: $(STATICCHECK) ## gofmt, go vet, staticcheck
	@unformatted=$$(gofmt -l $$(go list -f '{{.Dir}}' ./...)); \
		if [ -n "$$unformatted" ]; then echo "not formatted, run gofmt -w:"; echo "$$unformatted"; exit 1; fi
	@go vet ./...
	@$(STATICCHECK) ./...
	@echo "gofmt, go vet, staticcheck: nothing to say"

.PHONY: race
race: compiler ## unit tests and scripts with the race detector, briefly told
	@CGO_ENABLED=1 go test -race ./...

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME (30s)
	@for package in $$($(call packages_with,'^func Fuzz')); do \
		for target in $$(grep -rhoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' $$package | awk '{print $$2}' | sort -u); do \
			echo "fuzz $$package $$target $(FUZZTIME)"; \
			go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$package; \
		done; \
	done

.PHONY: mutate
mutate: ## turn round each comparison of graph and netset, and print what the tests do not notice
	@go run ./internal/mutate

.PHONY: bench
bench: ## the program on an account of CLUSTERS (3000), each figure beside the naive way; then every benchmark once
	@go run ./internal/bench -clusters $(CLUSTERS)
	@go test -run '^$$' -bench . -benchmem ./...

.PHONY: bench-large
bench-large: ## what a question and an audit take of ten accounts of CLUSTERS (3000): a million objects
	@go run ./internal/bench -accounts 10 -clusters $(CLUSTERS)

.PHONY: update
update: ## rewrite generated files: goldens, estates, generated documents
	@for package in ./internal/estate $$($(call packages_with,'Bool."update"')); do go test -count=1 $$package -update; done

.PHONY: docs
docs: ## rewrite the generated parts of documents
	@go test -count=1 ./cmd/esaudit -run 'TestExitTable' -update
	@go test -count=1 ./policies -run 'TestPagesAreFresh' -update

.PHONY: verify
verify: test ## the full counts: what test does, CHECKS cases for each property, fuzzing
	@for package in $$($(call packages_with,'pgregory.net/rapid"')); do \
		ESAUDIT_LONG=1 go test -count=1 -timeout 60m $$package -rapid.checks=$(CHECKS); \
	done
	@ESAUDIT_LONG=1 go test -count=1 -timeout 60m ./...
	@$(MAKE) --no-print-directory fuzz

# PATH on the command line is the module's, and the commands of the recipe are
# found in the usual places.
ifeq ($(origin PATH),command line)
module_path := $(PATH)
override PATH := /usr/bin:/bin
endif

.PHONY: module
module: ## give the module another home: make module PATH=example.com/team/esaudit
	@scripts/module.sh '$(module_path)'

.PHONY: dist
dist: ## binaries, packages, checksums and bill of materials of this commit, in dist/
	@scripts/dist.sh

# A release is tried as GoReleaser makes it: its configuration is checked, a
# snapshot is made of every platform, and its binary must be the bytes that
# scripts/dist.sh makes of the same version.
.PHONY: release-check
release-check: ## GoReleaser's check and snapshot; the binary must be the one that make dist makes
	@test "$$(bin/goreleaser --version 2>/dev/null | awk '/^GitVersion:/ { print $$2 }')" = "$(GORELEASER_VERSION)" \
		|| GOBIN=$(CURDIR)/bin go install github.com/goreleaser/goreleaser/v2@$(GORELEASER_VERSION)
	@test -x bin/cyclonedx-gomod || GOBIN=$(CURDIR)/bin go install github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@$(SBOM_VERSION)
	@scripts/release-check.sh

.PHONY: image
image: ## a container image, where there is docker or podman
	@builder=$$(command -v docker || command -v podman) || { echo "make image: needs docker or podman" >&2; exit 1; }; "$$builder" build -t esaudit .

.PHONY: clean
clean: ## remove what was made
	@rm -rf bin dist

# The race detector needs a C compiler.
.PHONY: compiler
compiler:
	@command -v gcc >/dev/null || { \
		root=; [ "$$(id -u)" = 0 ] || root=sudo; \
		$$root apt-get update -q && DEBIAN_FRONTEND=noninteractive $$root apt-get install -qy --no-install-recommends gcc libc6-dev; }

# The explorer is tested on a real terminal, which tmux is; the script for the
# vendor's command line needs jq.
.PHONY: terminal
terminal:
	@{ command -v tmux && command -v jq; } >/dev/null || { \
		root=; [ "$$(id -u)" = 0 ] || root=sudo; \
		$$root apt-get update -q && DEBIAN_FRONTEND=noninteractive $$root apt-get install -qy --no-install-recommends tmux jq; }

$(STATICCHECK):
	@mkdir -p bin
	@GOBIN=$(CURDIR)/bin go install honnef.co/go/tools/cmd/staticcheck@$(STATICCHECK_VERSION)
	@mv bin/staticcheck $@
