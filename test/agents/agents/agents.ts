import type { Agent } from './agent.ts';

/** Nothing listens there. */
const nowhere = 'http://127.0.0.1:9';

const ddTrace: Agent = {
  name: 'dd-trace',
  title: 'Datadog',
  start: ['--import', 'dd-trace/initialize.mjs'],
  env: { DD_TRACE_AGENT_URL: nowhere, DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false', DD_REMOTE_CONFIGURATION_ENABLED: 'false' },
  settings: [{}, { DD_TRACE_DISABLED_PLUGINS: 'kafkajs' }],
};

const newrelic: Agent = {
  name: 'newrelic',
  title: 'New Relic',
  start: ['--require', 'newrelic'],
  // Serverless mode traces without a connection.
  env: {
    NEW_RELIC_APP_NAME: 'agents',
    NEW_RELIC_LICENSE_KEY: '0'.repeat(40),
    NEW_RELIC_SERVERLESS_MODE_ENABLED: 'true',
    NEW_RELIC_ACCOUNT_ID: '1',
    NEW_RELIC_PRIMARY_APPLICATION_ID: '2',
    NEW_RELIC_TRUSTED_ACCOUNT_KEY: '1',
    NEW_RELIC_LOG_ENABLED: 'false',
  },
  settings: [{}, { NEW_RELIC_FEATURE_FLAG_KAFKAJS_INSTRUMENTATION: 'true' }],
};

const elastic: Agent = {
  name: 'elastic-apm-node',
  title: 'Elastic APM',
  start: ['--require', 'elastic-apm-node/start.js'],
  env: {
    ELASTIC_APM_SERVER_URL: nowhere,
    ELASTIC_APM_CENTRAL_CONFIG: 'false',
    ELASTIC_APM_LOG_LEVEL: 'off',
    ELASTIC_APM_METRICS_INTERVAL: '0',
  },
  settings: [{}, { ELASTIC_APM_DISABLE_INSTRUMENTATIONS: 'kafkajs' }],
};

const instana: Agent = {
  name: 'instana',
  title: 'Instana',
  start: ['--require', '@instana/collector/src/immediate.js'],
  env: { INSTANA_LOG_LEVEL: 'error' },
  settings: [
    {},
    { INSTANA_DISABLE_USE_OPENTELEMETRY: 'true' },
    { INSTANA_DISABLE_USE_OPENTELEMETRY: 'true', INSTANA_TRACING_DISABLE_INSTRUMENTATIONS: 'kafkajs' },
  ],
};

const sentry: Agent = {
  name: 'sentry',
  title: 'Sentry',
  start: ['--import', './start.mjs'],
  env: {},
  settings: [{}, { SENTRY_WITHOUT_INTEGRATION: 'Kafka' }],
};

const ofEdot = {
  start: ['--import', '@elastic/opentelemetry-node'],
  // Without an exporter it registers no provider.
  env: { OTEL_EXPORTER_OTLP_ENDPOINT: nowhere, OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', OTEL_SERVICE_NAME: 'agents' },
};

const edot: Agent = {
  name: 'edot',
  title: 'EDOT, beside API 1.10.0',
  ...ofEdot,
  settings: [{}, { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'kafkajs' }],
};

/** All on the API that the distribution has; tracelink's SDK needs a later one. */
const edotOneApi: Agent = { name: 'edot-one-api', title: 'EDOT, on one API', ...ofEdot, settings: [{}], takesSdk: false };

/** Every agent that tracelink is run beside. */
export const agents: readonly Agent[] = [ddTrace, newrelic, elastic, instana, sentry, edot, edotOneApi];
