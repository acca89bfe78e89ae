# Go tools and scripts do the work; this file says what there is to do. Downloads and builds go to .cache and bin.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

FUZZTIME ?= 60s
REQUESTS ?= 5000000
MINUTES ?= 5
SEED ?=
VULNDB ?= newest
UPDATE ?=
SCREENSHOTS ?=
# Envoys of which each behaves in its own way: see docs/reference/envoy-versions.md. The package of 1.38 has no Wasm.
ENVOYS ?= 1.36.4 1.37.0 1.39.3 1.40.0
RUN ?=

# git refuses a checkout that belongs to another user, as in some CI containers; then the binaries go without its stamp.
ifeq ($(shell git rev-parse HEAD 2>/dev/null),)
export GOFLAGS := $(GOFLAGS) -buildvcs=false
endif

# step NAME says what begins, since some steps are silent for minutes on a new machine.
step = @printf '== %s\n' '$(1)'

.PHONY: help
help: ## Say what there is to do
	@awk -F ':.*## ' '/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z0-9-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' Makefile

##@ Use

.PHONY: demo
demo: go ## Run everything on this machine: control plane, Envoy, upstream; Ctrl-C ends it
	@scripts/demo.sh

.PHONY: build
build: go ## Build bin/xds-server and bin/ua-echo
	@go build -o bin/ ./cmd/...

.PHONY: certs
certs: go ## Make certificates for a server and an Envoy in certs/, for trying mTLS; again: renew them
	@go build -o bin/ ./cmd/xds-server
	@bin/xds-server certs

.PHONY: docs
docs: go ## Write the generated parts of docs/reference anew: config, command line, status, metrics
	@go test ./internal/config ./internal/docs ./cmd/xds-server -run '^TestReference' -update

##@ Test

.PHONY: test
# The same run for everybody; make torture alone takes another one each time.
test: SEED = 7
test: check supply filter-check unit e2e torture test-manifests test-compose ## Everything that must pass before a commit

.PHONY: quick
quick: go ## Format, vet and unit tests of what changed since main: a minute at most, as often as you like
	@scripts/quick.sh

.PHONY: check
check: fmt-check vet lint tidy-check shell-check ## Format, vet, lint, tidy modules, shell scripts

.PHONY: unit
unit: go ## Tests without Envoy, with the race detector
	$(call step,unit: go test -race)
	@scripts/need.sh gcc gcc libc6-dev
	@packages=$$(go list ./... | grep -v '/e2e$$'); go test -race -timeout=30m $$packages

.PHONY: e2e
e2e: go ## Tests with a real Envoy
	$(call step,e2e: go test -race on a real Envoy)
	@scripts/need.sh gcc gcc libc6-dev
	@scripts/need.sh curl curl
	@envoy=$$(scripts/envoy.sh); ENVOY=$$envoy go test -race -count=1 -timeout=40m ./e2e/...

.PHONY: test-envoy-matrix
test-envoy-matrix: go ## The tests with a real Envoy, with each of ENVOYS in turn: 5 to 10 minutes each; RUN names a part
	@scripts/need.sh gcc gcc libc6-dev
	@failed=; for version in $(ENVOYS); do \
		echo "== test-envoy-matrix: Envoy $$version"; \
		envoy=$$(ENVOY_VERSION=$$version scripts/envoy.sh); \
		ENVOY=$$envoy go test -race -count=1 -timeout=30m -run '$(RUN)' ./e2e || failed="$$failed $$version"; \
	done; [ -z "$$failed" ] || { echo "failed on Envoy$$failed" >&2; exit 1; }

.PHONY: test-languages
test-languages: go ## A filter of one's own in each language, from new to live; make test has TinyGo's alone
	$(call step,test-languages: Rust and AssemblyScript - the first run downloads what they need)
	@scripts/languages.sh
	@envoy=$$(scripts/envoy.sh); ENVOY=$$envoy LANGUAGES='rust assemblyscript' \
		go test -count=1 -v -timeout=20m -run '^TestLanguages$$' ./e2e

.PHONY: torture
torture: go ## Edits and faults at random under two real Envoys, for MINUTES (5); SEED repeats a run
	$(call step,torture: $(MINUTES) minutes of edits and faults at random)
	@scripts/need.sh gcc gcc libc6-dev
	@envoy=$$(scripts/envoy.sh); ENVOY=$$envoy SEED=$(SEED) MINUTES=$(MINUTES) \
		go test -race -tags torture -count=1 -v -timeout=$$(( $(MINUTES) + 15 ))m ./e2e/torture

.PHONY: test-verdicts
test-verdicts: go ## Ask Envoy again what it does with each module that preflight judges; for a new Envoy
	$(call step,test-verdicts: about 2 minutes)
	@envoy=$$(scripts/envoy.sh); ENVOY=$$envoy go test -count=1 -run '^TestEnvoy$$' ./internal/preflight

.PHONY: test-manifests
test-manifests: go ## Tests of what Kubernetes, Istio and Envoy Gateway are given
	$(call step,test-manifests: on their own types and rules - the first run builds them: 2 to 4 minutes)
	@go -C tests/istio vet ./...
	@go -C tests/istio test -count=1 ./...

.PHONY: test-istiod
test-istiod: go ## What istiod itself makes of the manifests; not in test, for it builds much of istiod
	$(call step,test-istiod: in code of istiod - the first run builds it: 5 to 10 minutes)
	@go -C tests/istiod mod tidy -diff
	@go -C tests/istiod vet ./...
	@go -C tests/istiod test -count=1 ./...

.PHONY: test-monitoring
test-monitoring: go ## Alert rules by promtool, and the dashboard's queries on a real Prometheus, server and Envoy: a minute
	$(call step,test-monitoring: promtool and a real Prometheus)
	@bin=$$(scripts/prometheus.sh); cd deploy/monitoring; $$bin/promtool check rules alerts.yaml; $$bin/promtool test rules alerts_test.yaml
	@bin=$$(scripts/prometheus.sh); envoy=$$(scripts/envoy.sh); \
		PROMETHEUS=$$bin/prometheus ENVOY=$$envoy go test -count=1 -run '^TestMonitoring' ./e2e

.PHONY: test-compose
test-compose: go ## Tests of docker-compose.yaml on a real Docker engine
	$(call step,test-compose: docker-compose.yaml on a real engine - the first run builds images: up to 10 minutes)
	@scripts/test-compose.sh

.PHONY: test-page
test-page: go ## The page in a real Chromium, with Envoys and with 500 simulated ones; SCREENSHOTS=docs/images takes its pictures
	$(call step,test-page: 3 minutes)
	@scripts/need.sh chromium chromium && scripts/need.sh npm nodejs npm
	@npm --prefix tests/page ci --silent
	@go build -o bin/ ./cmd/xds-server
	@envoy=$$(scripts/envoy.sh); ENVOY=$$envoy SCREENSHOTS=$(abspath $(SCREENSHOTS)) npm --prefix tests/page test --silent

.PHONY: fuzz
fuzz: go ## Run every fuzz target for FUZZTIME (60s)
	@FUZZTIME=$(FUZZTIME) scripts/fuzz.sh

##@ What ships

.PHONY: man
man: go ## Write the manual pages into bin/man
	@go run ./cmd/xds-server man bin/man

.PHONY: supply
# In a test the same commit has the same verdict: hence the copy of the database that tools/vulndb.txt names.
supply: VULNDB = pinned
supply: licences vulncheck reproducible ## The ones that follow, as make test runs them

.PHONY: vulncheck
vulncheck: go ## Ask govulncheck about what ships, by the newest database; VULNDB=pinned: by the one of make test
	$(call step,vulncheck)
	@VULNDB=$(VULNDB) scripts/vulncheck.sh

.PHONY: sbom
sbom: go ## Write bin/sbom/*.cdx.json (CycloneDX) of both binaries and the built-in module; VERSION names theirs
	$(call step,sbom - the first run builds cyclonedx-gomod)
	@scripts/sbom.sh bin/sbom

.PHONY: release-snapshot
release-snapshot: go ## Build bin/release as a release would be: archives, Debian packages, checksums, SBOMs; nothing is published
	$(call step,release-snapshot - the first run builds goreleaser: up to 10 minutes)
	@scripts/release.sh release --snapshot --clean --skip=publish

.PHONY: test-deb
test-deb: release-snapshot ## Install the Debian package of the snapshot where systemd runs, and look at the service; for root
	@scripts/test-deb.sh bin/release/livefilter_*_amd64.deb

.PHONY: test-install
test-install: go ## What `go install` of this commit gives is complete: 2 minutes
	@scripts/test-install.sh

.PHONY: licences
licences: sbom ## Fail unless all that is linked has a licence that we may pass on; UPDATE=1 writes THIRD_PARTY.txt
	$(call step,licences)
	@UPDATE=$(UPDATE) scripts/licences.sh bin/sbom/*.cdx.json

.PHONY: reproducible
reproducible: go ## Build binaries and module again in other folders: the same bytes
	$(call step,reproducible: two builds from nothing: 3 minutes)
	@scripts/reproducible.sh

##@ The filter

.PHONY: filter
filter: go ## Rebuild the embedded module, internal/builtin/filter.wasm, and the one of the examples
	$(call step,filter: building the module with TinyGo)
	@scripts/build-filter.sh internal/builtin/filter.wasm
	@scripts/build-filter.sh examples/basic-auth/basic-auth.wasm ./examples/basic-auth

.PHONY: filter-check
filter-check: go ## Fail unless the embedded module is what its source builds
	$(call step,filter-check: rebuilding the embedded module with TinyGo)
	@mkdir -p .cache
	@scripts/build-filter.sh .cache/filter.wasm
	@cmp .cache/filter.wasm internal/builtin/filter.wasm || { \
		echo "internal/builtin/filter.wasm is not what filter/ builds: run 'make filter' and commit it" >&2; exit 1; }
	@scripts/build-filter.sh .cache/basic-auth.wasm ./examples/basic-auth
	@cmp .cache/basic-auth.wasm examples/basic-auth/basic-auth.wasm || { \
		echo "examples/basic-auth/basic-auth.wasm is not what its source builds: run 'make filter' and commit it" >&2; exit 1; }

##@ Measure

.PHONY: bench-live
bench-live: go ## How long from saving the config to the next request, beside the least that is possible
	@envoy=$$(scripts/envoy.sh); ENVOY=$$envoy bench/live.sh

.PHONY: bench-fanout
bench-fanout: go ## What an edit costs with up to 10,000 Envoys, beside other servers: 10 to 15 minutes
	@bench/fanout/run.sh

.PHONY: bench-figures
bench-figures: go ## What it costs that a thousand Envoys tell of their traffic: 2 minutes
	@go build -o bin/ ./cmd/xds-server && go run ./bench/figures

.PHONY: bench-filter
bench-filter: go ## What the filter costs a request
	@envoy=$$(scripts/envoy.sh); ENVOY=$$envoy bench/filter/run.sh

.PHONY: bench-failover
bench-failover: go ## What a backend that turns bad and good costs, beside Envoy's outlier detection: 3 minutes
	@envoy=$$(scripts/envoy.sh); ENVOY=$$envoy bench/failover/run.sh

.PHONY: soak
soak: go ## Whether Envoy's memory stays flat over REQUESTS (5000000) with eviction, retries and edits
	@envoy=$$(scripts/envoy.sh); ENVOY=$$envoy go test ./e2e -run '^$$' -bench Soak -benchtime "$(REQUESTS)x" -timeout 3h

# The parts of check, each of which can be run alone.

.PHONY: fmt-check vet lint tidy-check shell-check
fmt-check: go
	@found=$$(find . -name '*.go' -not -path './.*' -exec gofmt -l {} +); [ -z "$$found" ] || { \
		printf 'gofmt -w these:\n%s\n' "$$found" >&2; exit 1; }

vet: go
	$(call step,vet)
	@go vet ./...

lint: go
	$(call step,lint: golangci-lint - the first run builds it: 2 to 4 minutes)
	@go -C tools build -o ../.cache/bin/ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@.cache/bin/golangci-lint run --allow-parallel-runners

tidy-check: go
	@go mod tidy -diff
	@go -C tools mod tidy -diff
	@go -C tools/sbom mod tidy -diff
	@go -C tools/release mod tidy -diff
	@go -C tests/istio mod tidy -diff

shell-check:
	@if scripts/need.sh shellcheck shellcheck; then \
		shellcheck -x .ci/run $$(find . -name '*.sh' -not -path './.*' -not -path '*/node_modules/*'); \
	else echo 'shell scripts are not checked: no shellcheck here' >&2; fi

.PHONY: go
go:
	@command -v go >/dev/null || { echo 'make: Go 1.26 or newer must be on PATH: https://go.dev/dl' >&2; exit 1; }
