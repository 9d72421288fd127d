import { defineConfig } from 'oxlint';
import { walls, type ImportPattern } from './scripts/rooms.ts';

// A package's inner files change without notice.
const byExports: ImportPattern = {
  regex: '^(@opentelemetry|@tracelink)/[^/]+/(build|dist|src)/',
  message: 'Import a package by its exports, not by a file inside it.',
};

const apiOnly: ImportPattern = {
  group: ['@opentelemetry/*', '@opentelemetry/*/**', '!@opentelemetry/api'],
  message: 'A library imports @opentelemetry/api only; its attribute names are in its own semconv module.',
};

/** Of ours, a package imports these. */
function ours(packages: readonly string[], message: string): ImportPattern {
  return { group: ['@tracelink/*', '@tracelink/*/**', ...packages.map((name) => `!@tracelink/${name}`)], message };
}

const noClient: ImportPattern = { regex: '^kafkajs', message: 'This package knows headers and processes, not clients.' };

const standsAlone: ImportPattern = { regex: '^(@tracelink|@opentelemetry)/', message: 'This package stands alone.' };

const sdkByPackage: ImportPattern = {
  regex: '^@opentelemetry/(sdk|instrumentation|exporter|resources|core|context)',
  message: 'A service starts its SDK by @tracelink/sdk.',
};

export default defineConfig({
  plugins: ['eslint', 'typescript', 'unicorn', 'oxc', 'import', 'promise'],
  categories: { correctness: 'error' },
  env: { es2024: true, node: true },
  options: { reportUnusedDisableDirectives: 'error' },
  ignorePatterns: ['**/dist/**', 'coverage/**', 'packages/studio/page/vendor/**'],
  rules: {
    // A promise that no one waits for is a message lost or a span that never ends.
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/await-thenable': 'error',
    'typescript/only-throw-error': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/no-explicit-any': 'error',
    'typescript/consistent-type-imports': 'error',
    // One idea a file. Blank lines and comments count: the limit is what a reader scrolls through.
    'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
    // Not even for types: two files that know each other are one.
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'import/no-self-import': 'error',
    'import/no-duplicates': 'error',
    'no-console': 'error',
    eqeqeq: 'error',
    'prefer-const': 'error',
    'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'all' }],
    'no-restricted-imports': ['error', { patterns: [byExports] }],
  },
  overrides: [
    // The arrows between packages, and inside each between its rooms.
    ...walls({
      folder: 'packages/kafka/src',
      patterns: [
        byExports,
        apiOnly,
        ours(
          ['context', 'context/internal', 'propagation', 'sdk', 'studio'],
          'kafka imports context and propagation, and its command sdk and studio.',
        ),
      ],
      rooms: [
        'core',
        [
          {
            name: 'client',
            rooms: [
              'port',
              'kafkajs',
              [
                { name: 'confluent', rooms: ['errors', { name: 'engine', rooms: ['binding', 'member'] }] },
                { name: 'platformatic', rooms: ['errors', 'engine'] },
              ],
            ],
          },
          'postgres',
        ],
        'channels',
        'sender',
        'telemetry',
        ['producer', 'consumer'],
        {
          name: 'subscribe',
          rooms: ['headers', 'partitions', ['dead-letter', 'metrics'], 'failure', 'attempt', 'batch'],
        },
        { name: 'dead-letters', rooms: ['headers', 'writers'] },
        [
          'health',
          'schema-registry',
          { name: 'replay', rooms: ['progress'] },
          'idempotency',
          'register',
          { name: 'outbox', rooms: ['table', 'send', 'relay'] },
          { name: 'doctor', rooms: ['records', 'rules', ['back-ends', 'read'], 'examine'] },
        ],
        'studio',
        'cli',
      ],
    }),
    ...walls({
      folder: 'packages/nestjs/src',
      patterns: [
        byExports,
        apiOnly,
        ours(['kafka', 'kafka/subscribe', 'context/internal'], 'nestjs imports kafka, and what all packages share.'),
      ],
      rooms: ['handlers', ['clients', 'subscribe'], ['module', 'health']],
    }),
    ...walls({
      folder: 'packages/propagation/src',
      patterns: [
        byExports,
        apiOnly,
        ours(['context', 'context/internal'], 'propagation imports context: it never knows the wrappers that use it.'),
        noClient,
      ],
      rooms: ['headers', 'formats', ['vendors', 'global'], 'extract', 'inject', 'propagation'],
    }),
    ...walls({
      folder: 'packages/context/src',
      patterns: [byExports, apiOnly, ours([], 'context is the bottom: it imports nothing of ours.'), noClient],
      rooms: ['errors', 'values', 'spans', ['tasks', 'loops', 'request']],
    }),
    {
      files: ['packages/testing/src/**', 'packages/testing/test/**'],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              byExports,
              { regex: '^@tracelink/(kafka|sdk)($|/)', message: 'testing must not know what it tests: let the caller pass it in.' },
            ],
          },
        ],
      },
    },
    ...walls({
      folder: 'packages/testing/src',
      patterns: [
        byExports,
        apiOnly,
        ours(
          ['embedded-kafka', 'studio/internal', 'testing/containers'],
          'testing must not know what it tests: let the caller pass it in.',
        ),
      ],
      rooms: ['errors', 'spans', 'drawing', ['expectations', 'sources'], ['back-ends', 'containers', 'kafka']],
    }),
    ...walls({
      folder: 'packages/sdk/src',
      patterns: [
        ours(['propagation', 'context/internal'], 'sdk imports propagation, and what all packages share.'),
        {
          regex: '^@opentelemetry/([^/]+/(build|dist|src)/|semantic-conventions/incubating)',
          message: 'Import a package by its stable exports: incubating names and inner files change without notice.',
        },
      ],
      rooms: [['setup', 'flush'], 'start'],
    }),
    {
      files: ['packages/register/src/**'],
      rules: {
        'no-restricted-imports': [
          'error',
          { patterns: [byExports, apiOnly, ours(['sdk', 'sdk/register', 'kafka/register'], 'register imports sdk and kafka.')] },
        ],
      },
    },
    ...walls({
      folder: 'packages/studio/src',
      patterns: [standsAlone, noClient],
      rooms: [
        ['telemetry', 'providers'],
        ['store', 'dead-letters'],
        ['flow', 'http'],
        ['otlp', 'api', 'provider-api'],
        'imports',
        'server',
        'command',
      ],
    }),
    ...walls({
      folder: 'packages/embedded-kafka/src',
      patterns: [standsAlone, { regex: '^kafkajs', message: 'A broker is not written with the client that tests it.' }],
      rooms: [
        'core',
        [{ name: 'wire', rooms: [['apis', 'bytes'], 'codecs'] }, 'records'],
        [
          'log',
          { name: 'groups', rooms: ['any', ['classic', { name: 'consumer', rooms: ['assignors'] }]] },
          'transactions',
          'security',
          'faults',
        ],
        'cluster',
        { name: 'server', rooms: ['handlers'] },
        'handles',
        'command',
      ],
    }),
    {
      files: ['services/*/src/**'],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [byExports, sdkByPackage],
          },
        ],
      },
    },
    ...walls({
      folder: 'services/orders/src',
      patterns: [byExports, sdkByPackage],
      rooms: ['errors', ['database', 'broker'], 'order', ['audit', 'http']],
    }),
    // Written as their users write them: Nest needs a class as a value where it is named as a type, and no one awaits a test of node:test.
    { files: ['examples/nestjs/**'], rules: { 'typescript/consistent-type-imports': 'off' } },
    { files: ['examples/node-test/**', 'examples/register/**'], rules: { 'typescript/no-floating-promises': 'off' } },
    // What speaks to a person in a terminal.
    {
      files: [
        'scripts/**',
        'site/**',
        'chaos/**',
        'search/**',
        'demo/**',
        'examples/**',
        'bench/**',
        'packages/*/soak/**',
        'test/broker.ts',
        'test/register/{imports,programs}/**',
        'services/*/src/main.ts',
      ],
      rules: { 'no-console': 'off' },
    },
    {
      files: ['**/test/**'],
      env: { mocha: true },
      rules: {
        'no-restricted-properties': [
          'error',
          { property: 'only', message: "Run one test by mocha's --grep; every committed test runs." },
          { property: 'skip', message: 'A test that does not run proves nothing: fix it or delete it.' },
        ],
        'no-restricted-globals': ['error', 'xit', 'xdescribe', 'xcontext', 'xspecify'],
        // chai's assertions are property reads: expect(x).to.be.true
        'no-unused-expressions': 'off',
      },
    },
  ],
});
