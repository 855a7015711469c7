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

# Everything is compiled as releases are, so that linters, tests and the release
# share it; only the race detector needs another compilation, and cgo. Compilers
# are faster when they collect no garbage before they hold a GiB, tests when they
# collect less.
export GOFLAGS := $(strip $(shell go env GOFLAGS 2>/dev/null) -trimpath '-toolexec=env GOGC=off GOMEMLIMIT=1GiB')
export CGO_ENABLED := 0

# Packages with files that have a line of a kind: $(call packages_with,LINE,FILES).
# The shell finds them when they are needed.
packages_with = grep -rlE --include='$(2)' --exclude-dir=judges --exclude-dir=testdata $(1) . | xargs -n1 dirname | sort -u

# Packages that start goroutines are tested with the race detector, too, where random
# tests try few cases; functions of dependencies are not inlined then, which halves
# their compilation. Left out is what would be waited for: packages that run the
# program or the go command as a whole, whose packages are tested with it one by
# one, and those that try thousands of cases in one goroutine each; of packages
# graph and policies/machine, those with several are tried. Of the others, one_by_one are tests of one
# goroutine that take long, and such as try estate after estate, or limit after
# limit, where others of the same package have as many goroutines; and -short has
# tests try less: a fifth of the random cases, which leaves ten, and one limit of
# the API. make race runs everything with it.
goroutines = '^[[:space:]]*go (func|[a-zA-Z.]+)\(|\.Go\(func|t\.Parallel\(\)|httptest\.New(TLS)?Server'
slow = ./cmd/esaudit ./policies ./policies/machine ./graph ./fix ./audit ./report ./collector/cli ./internal/house ./internal/bench ./internal/platforms ./internal/mutate
raced = $(filter-out $(slow),$(shell $(call packages_with,$(goroutines),*.go)))
one_by_one = TestRunSeesTheEstate TestRunRecords TestJoinIsOneRun TestJoinInAnyOrder TestSinceIsAFreshRun \
	TestResumeWithOtherFlags TestSecretsOfEveryAnswer TestCollectAtSharedLimits TestLawsOfRandomEstates \
	TestUnknownInBetween TestReachabilityAgreesWithComparingEverything TestBuildChangedLeavesOutWhatIsTheSame \
	TestScopeLosesNothing TestLimitedValuesGiveTheSameFacts TestDecidedOnceIsDecidedForEach \
	TestGlancesAgreeWithValues TestSince TestWhatIsInNoDifferentPartIsTheSame TestPartsAreLocal TestSurveyIsDivide \
	TestWhatDoesNotSayWhatItJoins TestOwnAttributesAreNobodyElses TestObjectsOfAnySizeArePacked \
	TestGlanceAtAnyKeys TestTextSaysWhatValuesSay TestWorkIsOfRowsShown TestWorkOfPlansIsOfRowsShown \
	TestHelpNamesEveryKey TestScreens
space := $(subst ,, )
race = CGO_ENABLED=1 RAPID_CHECKS=50 GOGC=400 go test -race -short -skip '^($(subst $(space),|,$(strip $(one_by_one))))$$' -gcflags=all=-l -gcflags=std= -gcflags=./...= $(once)

# Once, and told whole. make check has asked go vet.
once = -p $$(($$(getconf _NPROCESSORS_ONLN) + 1)) -count=1 -vet=off -timeout 25m -v

# Packages with tests, those first that take long.
tested = $(slow) $(filter-out $(slow),$(shell go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./... | sed "s,^$$(go list -m),.,"))

.PHONY: help
help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-13s  %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: build ## audit the demo estate and ask what follows, as a first look
	@scripts/demo.sh

.PHONY: demo-fix
demo-fix: build ## plan, apply, verify and undo corrections of the demo estate
	@scripts/demo-fix.sh

.PHONY: build
build: | bin ## build bin/esaudit
	@go build -o bin/esaudit ./cmd/esaudit

# What waits, for a browser or a timer, leaves the processors to what does not:
# judges are asked beside the linters, and one package more is tested than there are
# processors.
.PHONY: test
test: prepared ## everything a change has to pass: linters, unit tests with the race detector, scripts, judges
	@$(MAKE) --no-print-directory -j2 check judges
	@{ $(race) $(raced) || true; $(race) -run SideBySide ./graph ./policies/machine || true; GOGC=400 go test $(once) $(tested); } 2>&1 | tee bin/test.log \
		| grep --line-buffered -Ev '^ *=== |^ *--- PASS|^PASS$$|\[no test files\]|\[rapid\] OK' || true
	@awk -f .ci/summary.awk -v module="$$(go list -m)" -v packages="$(tested)" bin/test.log
	@cat bin/judges.txt

# What has to be waited for is fetched while what can be compiled is compiled.
.PHONY: prepared
prepared:
	@$(MAKE) --no-print-directory -j2 judged compiled

.PHONY: compiled
compiled: | bin
	@go build -o bin/esaudit ./cmd/esaudit

bin:
	@mkdir -p bin

# What others think of the reports: Chromium and axe-core of HTML, sarif-multitool
# of SARIF, Graphviz of DOT, xmllint of XML. They have a module of their own.
# NO_BROWSER=1 leaves the browser out, and the summary says so.
.PHONY: judges
judges: judged | bin ## ask a browser and the tools of others what they think of the reports
	@cd internal/judges && test -z "$$(gofmt -l .)" && go vet ./...
	@cd internal/judges && go test -count=1 -vet=off -timeout 10m ./formats
	@if [ -n "$(NO_BROWSER)" ]; then \
		echo "HTML reports: NOT tested in a browser (NO_BROWSER=$(NO_BROWSER))" >bin/judges.txt; \
	else \
		(cd internal/judges && go test -count=1 -vet=off -timeout 10m -v ./browser) >bin/browser.log 2>&1 || { cat bin/browser.log; exit 1; }; \
		grep '^HTML report' bin/browser.log >bin/judges.txt; \
	fi
	@cat bin/judges.txt

# Judges that are missing are installed by name; without them this fails.
.PHONY: judged
judged: tools
	@cmp -s internal/judges/npm/package-lock.json internal/judges/npm/node_modules/.installed || { \
		(cd internal/judges/npm && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) && \
		cp internal/judges/npm/package-lock.json internal/judges/npm/node_modules/.installed; }

.PHONY: check
check: $(STATICCHECK) ## gofmt, go vet, staticcheck
	@unformatted=$$(gofmt -l $$(go list -f '{{.Dir}}' ./...)); \
		if [ -n "$$unformatted" ]; then echo "not formatted, run gofmt -w:"; echo "$$unformatted"; exit 1; fi
	@go vet ./...
	@GOGC=400 $(STATICCHECK) ./...
	@echo "gofmt, go vet, staticcheck: nothing to say"

.PHONY: env
env: ## the environment in which make compiles, for the shell
	@echo "export CGO_ENABLED=$(CGO_ENABLED) GOFLAGS=\"$(GOFLAGS)\""

.PHONY: race
race: compiler ## unit tests and scripts with the race detector, briefly told
	@CGO_ENABLED=1 go test -race -vet=off -timeout 60m ./...

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME (30s)
	@for package in $$($(call packages_with,'^func Fuzz',*_test.go)); do \
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

# Only the tests that write: the whole of these packages takes minutes. What
# others are made of comes first.
.PHONY: update
update: ## rewrite generated files: goldens, estates, generated documents
	@for package in ./internal/estate ./policies $$($(call packages_with,'Bool."update"',*_test.go)); do \
		tests=$$(awk -f scripts/writers.awk $$package/*_test.go | paste -sd'|'); \
		go test -count=1 -vet=off $$package -run "^($$tests)\$$" -update; \
	done

.PHONY: docs
docs: ## rewrite the generated parts of documents
	@go test -count=1 ./cmd/esaudit -run 'TestExitTable' -update
	@go test -count=1 ./policies -run 'TestPagesAreFresh' -update

.PHONY: verify
verify: test ## the full counts: what test does, CHECKS cases for each property, all with the race detector, a whole release, fuzzing
	@for package in $$($(call packages_with,'pgregory.net/rapid"',*_test.go)); do \
		ESAUDIT_LONG=1 go test -count=1 -timeout 60m $$package -rapid.checks=$(CHECKS); \
	done
	@ESAUDIT_LONG=1 go test -count=1 -timeout 60m ./...
	@$(MAKE) --no-print-directory race
	@$(MAKE) --no-print-directory release-check WHOLE=1
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
# snapshot is made, and its binary must be the bytes that scripts/dist.sh makes of
# the same version. The snapshot is of this platform, and the sources of others are
# type-checked with all that they import. WHOLE=1 makes it of every platform.
.PHONY: release-check
release-check: release-tools ## GoReleaser's check and snapshot; the binary must be the one that make dist makes
	@scripts/release-check.sh $(if $(WHOLE),whole)

# GoReleaser has three times our sources and runs for seconds: nothing is inlined in
# it, nothing said for debuggers, and Google's storage is left without gRPC, which
# saves more than half of its compilation.
briefly = -gcflags='all=-l -dwarf=false' -gcflags=std= -tags=disable_grpc_modules,grpcnotrace
.PHONY: release-tools
release-tools: | bin
	@test "$$(bin/goreleaser --version 2>/dev/null | awk '/^GitVersion:/ { print $$2 }')" = "$(GORELEASER_VERSION)" \
		|| GOBIN=$(CURDIR)/bin go install $(briefly) github.com/goreleaser/goreleaser/v2@$(GORELEASER_VERSION)
	@test -x bin/cyclonedx-gomod || GOBIN=$(CURDIR)/bin go install $(briefly) github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@$(SBOM_VERSION)

.PHONY: image
image: ## a container image, where there is docker or podman
	@builder=$$(command -v docker || command -v podman) || { echo "make image: needs docker or podman" >&2; exit 1; }; "$$builder" build -t esaudit .

.PHONY: clean
clean: ## remove what was made
	@rm -rf bin dist

# Tests need a C compiler for the race detector, tmux as a terminal for the
# explorer, jq for the script of the vendor's command line, and judges. What is
# missing is installed, all at once.
.PHONY: tools
tools:
	@scripts/install.sh gcc=gcc,libc6-dev tmux jq dot=graphviz xmllint=libxml2-utils npm $(if $(NO_BROWSER),,chromium)

.PHONY: compiler
compiler:
	@scripts/install.sh gcc=gcc,libc6-dev

$(STATICCHECK): | bin
	@GOBIN=$(CURDIR)/bin go install -gcflags=all=-dwarf=false -gcflags=std= honnef.co/go/tools/cmd/staticcheck@$(STATICCHECK_VERSION)
	@mv bin/staticcheck $@
