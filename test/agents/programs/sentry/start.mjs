import { createRequire } from 'node:module';

const without = process.env.SENTRY_WITHOUT_INTEGRATION;
createRequire(import.meta.url)('@sentry/node').init({
  dsn: 'http://key@127.0.0.1:9/1',
  tracesSampleRate: 1,
  integrations: (defaults) => defaults.filter(({ name }) => name !== without),
});
