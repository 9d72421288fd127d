import { keptRuns as agents, type Mode } from '../../agents/fixture.ts';
import { keptRuns as hops, type Format } from '../../hops/fixture.ts';
import { bytesOf, keptDeadLetters } from '../../dead-letters/fixture.ts';
import type { RawRecord } from '../../recorded/write-records.ts';
import type { Plant } from './plant.ts';

const frameworks = hops.read();
const runs = agents.read();
const fixtures = keptDeadLetters.read();

type Recorded = Omit<Plant, 'rule' | 'records'> & { readonly records: readonly RawRecord[] };

/** A record as a framework left it, and as it went in. */
export function hopOf(name: string, format: Format, setting = 'as it comes', index = 0): Recorded {
  const fixture = frameworks.get(name);
  const hop = fixture?.journeys.find((each) => each.format === format && each.setting === setting)?.hops[index];
  if (fixture === undefined || hop?.received === undefined) throw new Error(`There is no record of ${name}, ${setting}, ${format}`);
  const versions = Object.entries(fixture.versions).map(([software, version]) => `${software} ${version}`);
  return {
    made: 'from its recorded records',
    by: `${fixture.framework}: ${versions.join(', ')}; ${format}`,
    records: [{ headers: hop.received }],
    before: [{ headers: hop.sent, timestamp: Date.now() - 5_000 }],
  };
}

/** A record that a service on tracelink sent beside an agent. */
function beside(name: string, setting: string, mode: Mode): Omit<Plant, 'rule'> {
  const fixture = runs.get(name);
  const run = fixture?.runs.find((each) => each.setting.startsWith(setting) && each.mode === mode);
  if (fixture === undefined || run === undefined) throw new Error(`There is no run of ${name}, ${setting}, ${mode}`);
  const versions = Object.entries(fixture.versions).map(([software, version]) => `${software} ${version}`);
  return { made: 'from its recorded records', by: versions.join(', '), records: [{ headers: run.records.sent }] };
}

function ofHop([rule = '', ...also]: readonly string[], ...which: Parameters<typeof hopOf>): Plant {
  const { before: _before, ...plant } = hopOf(...which);
  return { rule, also, ...plant };
}

/** Faults in records that other software wrote. */
export const recorded: readonly Plant[] = [
  ofHop(['context-base64'], 'connect', 'w3c'),
  ofHop(['context-base64'], 'connect', 'b3'),
  ofHop(['context-appended'], 'vertx', 'w3c'),
  ofHop(['context-appended'], 'quarkus-message', 'w3c'),
  ofHop(['context-appended-foreign'], 'aiokafka', 'w3c'),
  ofHop(['context-appended-foreign', 'context-disagrees'], 'confluent-kafka', 'both'),
  ofHop(['context-stale'], 'spring-boot-template', 'both'),
  ofHop(['context-stale'], 'kotel', 'both'),
  ofHop(['context-stale'], 'otelsarama', 'both'),
  ofHop(['context-stale'], 'faststream-publish', 'both'),
  ofHop(['context-disagrees', 'baggage-of-camel'], 'camel-opentelemetry2', 'b3'),
  ofHop(['context-disagrees'], 'quarkus-message', 'b3'),
  ofHop(['trace-broken', 'baggage-of-camel'], 'camel-opentelemetry2', 'w3c'),
  ofHop(['trace-broken'], 'ddtrace', 'w3c', 'DD_KAFKA_PROPAGATION_ENABLED=true'),
  ofHop(['two-vendors', 'context-disagrees'], 'ddtrace', 'both', 'DD_KAFKA_PROPAGATION_ENABLED=true'),
  ofHop(['baggage-of-camel', 'trace-broken'], 'camel-opentelemetry2', 'w3c'),
  { rule: 'context-copied', ...hopOf('faststream-return', 'w3c') },
  { rule: 'two-vendors', also: ['context-disagrees'], ...beside('dd-trace', 'as it comes', 'beside') },
  { rule: 'two-vendors', also: ['baggage-of-sentry'], ...beside('sentry', 'as it comes', 'beside') },
  { rule: 'two-vendors', ...beside('instana', 'INSTANA_DISABLE_USE_OPENTELEMETRY=true', 'beside') },
  { rule: 'context-disagrees', ...beside('newrelic', 'NEW_RELIC', 'beside') },
  { rule: 'context-disagrees', ...beside('elastic-apm-node', 'as it comes', 'beside') },
  { rule: 'baggage-of-sentry', also: ['two-vendors'], ...beside('sentry', 'as it comes', 'beside') },
  { rule: 'failure-headers-left', also: ['context-stale'], ...cameBack('spring') },
  { rule: 'failure-headers-left', also: ['context-stale'], ...cameBack('spring-retry-topics') },
  { rule: 'failure-headers-left', also: ['context-appended', 'context-stale'], ...cameBack('smallrye') },
  { rule: 'failure-headers-left', ...cameBack('cloud-stream') },
  { rule: 'failure-headers-left', also: ['watermill-foreign'], ...cameBack('watermill') },
  { rule: 'dead-letter-without-payload', also: ['no-context'], ...deadLetterOf('share-group') },
  { rule: 'no-context', ...beside('newrelic', 'as it comes', 'no SDK') },
];

/** A dead-letter record as it was written. @param topic in place of the one that it came from */
function deadLetterOf(name: string, topic?: string): Recorded {
  const fixture = fixtures.get(name);
  const failed = fixture?.deadLetters.at(-1);
  if (fixture === undefined || failed === undefined) throw new Error(`There is no dead-letter record of ${name}`);
  const versions = Object.entries(fixture.versions).map(([software, version]) => `${software} ${version}`);
  const headers = failed.headers.map(
    ([header, text]) => [header, topic !== undefined && text === fixture.source.topic ? topic : bytesOf(text)] as const,
  );
  return {
    made: 'from its recorded records',
    by: `${fixture.software}: ${versions.join(', ')}`,
    records: [{ headers, key: bytesOf(failed.key), value: failed.value }],
  };
}

/** A dead-letter record in the topic that it came from. */
function cameBack(name: string): Omit<Plant, 'rule'> {
  const { made, by } = deadLetterOf(name);
  return { made, by: `a copy of what was written by ${by}`, records: (topic) => deadLetterOf(name, topic).records };
}
