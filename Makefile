# The verbs of this repository. What each does is in package.json's scripts and in scripts/; here is only what must happen before them.
.DEFAULT_GOAL := help
.PHONY: help demo test docs floor e2e bench build lint format check coverage soak up down logs clean node

COMPOSE := docker compose -f compose/compose.yaml
INSTALLED := node_modules/.package-lock.json

# The studio runs beside the rest, and the spans go there and not to Jaeger.
ifdef STUDIO
export COMPOSE_PROFILES := studio
export OTLP_ENDPOINT := http://studio:4318
endif

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

demo: $(INSTALLED) ## Two services and the studio, a button for each thing that can happen (ARGS=--once: every scenario, checked)
	npm run --silent demo -- $(ARGS)

test: $(INSTALLED) ## The test suite, on embedded-kafka, or on KAFKA_IMAGE=apache/kafka:4.4.0, or on KAFKA_BROKERS=host:port
	npm test -- $(ARGS)

floor: $(INSTALLED) ## The packed libraries on the oldest OpenTelemetry that they support
	npm run test:floor -- $(ARGS)

e2e: $(INSTALLED) ## The services in containers, with Kafka, Postgres and Jaeger
	npm run e2e -- $(ARGS)

bench: $(INSTALLED) ## What tracing costs, beside bare kafkajs
	npm run bench -- $(ARGS)

docs: $(INSTALLED) ## The documentation site, in site/dist; a dead link fails
	npm run docs

build: $(INSTALLED) ## Compile every package into its dist folder
	npm run build

lint: $(INSTALLED) ## The linter
	npm run lint

format: $(INSTALLED) ## Format every file in place
	npm run format

check: $(INSTALLED) ## Every gate but the tests: build, types, lint, format, unused code, packed packages
	npm run check

coverage: $(INSTALLED) ## The tests again, with the share of lines and branches that they reach, per package
	npm run coverage

soak: $(INSTALLED) ## A million random header sets through the codecs (ARGS='--count 1000')
	npm run soak:headers -- $(ARGS)

up: ## Start the services, Kafka, Postgres and Jaeger in containers (STUDIO=1: and the studio, which gets the spans in place of Jaeger)
	$(COMPOSE) up --build --detach --wait

down: ## Stop them and forget their data
	$(COMPOSE) --profile studio down --volumes --remove-orphans

logs: ## Follow the log lines of the containers
	$(COMPOSE) --profile studio logs --follow

clean: ## Remove what was built and installed
	rm -rf node_modules coverage .readme site/.pages site/dist packages/*/dist services/*/dist packages/*/*.tsbuildinfo services/*/*.tsbuildinfo

# Not npm ci: it refuses a lock file without the native binaries of every platform, and not every registry serves them all.
# --no-save leaves the lock file as it is. npm writes this stamp last, so it is newer than the lock file
# when the installed modules are.
$(INSTALLED): package-lock.json | node
	npm install --no-save --no-progress --loglevel=error
	@touch $@

node:
	@command -v node >/dev/null || { echo 'Node.js 20.19 or newer is needed, and npm: https://nodejs.org' >&2; exit 1; }
	@node -e 'const [major, minor] = process.versions.node.split(".").map(Number); if (major < 20 || (major === 20 && minor < 19)) { console.error("Node.js 20.19 or newer is needed; this is " + process.version); process.exit(1) }'
	@command -v npm >/dev/null || { echo 'npm is needed: it comes with Node.js, or as a package of your system' >&2; exit 1; }
