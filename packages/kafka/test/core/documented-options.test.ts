import { readFileSync } from 'node:fs';
import { expect } from 'chai';

const source = (file: string): string => readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8');
const page = (file: string): string => readFileSync(new URL(`../../../../docs/${file}`, import.meta.url), 'utf8');

/** The fields of an interface, each with `prefix`. */
function fields(file: string, name: string, prefix = ''): readonly string[] {
  const [, body = ''] = new RegExp(`^export interface ${name}\\b[^{]*\\{\\n(.*?)^\\}`, 'ms').exec(source(file)) ?? [];
  return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, field]) => prefix + field);
}

/** The names in the first column of the table whose header starts with the cell `head`. */
function rows(file: string, head: string): readonly string[] {
  const text = page(file);
  const table = text.slice(text.indexOf(`| ${head} `)).split('\n\n')[0] ?? '';
  return [...table.matchAll(/^\| `([\w.*]+)`/gm)].map(([, name]) => name as string);
}

const subscribing = 'subscribe/subscribe-options.ts';
const tracing = 'telemetry/options.ts';
const without = (all: readonly string[], ...left: readonly string[]): readonly string[] => all.filter((name) => !left.includes(name));

describe('the options', () => {
  const tables: readonly [page: string, head: string, options: readonly string[]][] = [
    [
      'consumer-guide.md',
      'option of `subscribe`',
      [
        ...without(fields(subscribing, 'SubscribeOptions'), 'retry', 'retryTopics', 'concurrency', 'drain'),
        ...fields(subscribing, 'RetryOptions', 'retry.'),
        ...fields(subscribing, 'DeadLetterOptions', 'deadLetter.'),
        ...fields(subscribing, 'RetryTopicOptions', 'retryTopics.'),
        ...fields('subscribe/failure/circuit-breaker.ts', 'CircuitBreakerOptions', 'circuitBreaker.'),
        ...fields(subscribing, 'ConcurrencyOptions', 'concurrency.'),
        ...fields(subscribing, 'DrainOptions', 'drain.'),
      ],
    ],
    ['consumer-guide.md', 'option of `drainOnSignal`', fields('subscribe/drain-on-signal.ts', 'DrainOnSignalOptions')],
    ['telemetry.md', 'option of both wrappers', [...fields(tracing, 'TracingOptions'), 'topics.*.destinationTemplate']],
    ['telemetry.md', 'option of `wrapProducer`', fields(tracing, 'ProducerOptions')],
    [
      'telemetry.md',
      'option of `wrapConsumer` and `forEachMessage`',
      [...without(fields(tracing, 'ConsumerOptions'), 'traceLimits'), ...fields(tracing, 'TraceLimits', 'traceLimits.')],
    ],
    ['idempotency-and-outbox.md', 'option of `idempotent`', fields('idempotency/idempotent.ts', 'IdempotentOptions')],
    ['idempotency-and-outbox.md', 'option of `postgresStore`', fields('idempotency/postgres-store.ts', 'PostgresStoreOptions')],
    ['idempotency-and-outbox.md', 'option of `outbox`', fields('outbox/table/outbox-options.ts', 'OutboxOptions')],
    [
      'idempotency-and-outbox.md',
      'option of `relay`',
      [
        ...without(fields('outbox/table/outbox-options.ts', 'RelayOptions'), 'batch'),
        ...fields('outbox/table/outbox-table.ts', 'PageSize', 'batch.'),
      ],
    ],
    ['replay.md', 'option of `replay`', fields('replay/replay-options.ts', 'ReplayOptions')],
  ];
  for (const [file, head, options] of tables)
    it(`match the table "${head}" in docs/${file}`, () => {
      expect(options).to.not.be.empty;
      expect(rows(file, head)).to.have.members(options);
    });
});
