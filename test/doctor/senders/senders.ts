import { readdirSync, readFileSync } from 'node:fs';
import type { Command } from '../../clients/support/client.ts';
import { installed, step } from '../../clients/support/installed.ts';
import { directVersions } from '../../hops/frameworks/go.ts';
import { javaWith } from '../../hops/frameworks/jvm.ts';
import { digest, versionProperties } from '../../hops/frameworks/pom.ts';
import { pinned, pythonWith } from '../../hops/frameworks/python.ts';

type Variables = Readonly<Record<string, string>>;

/** Software that writes records, as its users have it. */
export interface Sender {
  /** The name of its program's folder and of its fixture; what `--only` takes. */
  readonly name: string;
  readonly title: string;
  /** What has to be installed for it, for the line that says why it was skipped. */
  readonly needs: string;
  /** What its program is told by `SENDER_WAY`, and the variables that go with it; each is a run of its own. */
  readonly ways: Readonly<Record<string, Variables>>;
  /** The pinned versions of what it is made of. */
  versions(): Readonly<Record<string, string>>;
  /** @throws {Error} that says why the program cannot be had here */
  install(): Promise<Command>;
}

const programs = `${import.meta.dirname}/programs`;
const asItComes = { 'as it comes': {} };
const both: Variables = { OTEL_PROPAGATORS: 'tracecontext,baggage,b3' };
const multi: Variables = { OTEL_PROPAGATORS: 'b3multi' };
const withoutExporters: Variables = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
const withoutDatadog: Variables = { DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false', DD_REMOTE_CONFIGURATION_ENABLED: 'false' };
const kafkaOfDatadog: Variables = { DD_KAFKA_PROPAGATION_ENABLED: 'true' };

/** Every sender. */
export const senders: readonly Sender[] = [
  java('brave', 'Brave, brave-instrumentation-kafka-clients', { single: {}, multi: {}, '64 bits': {}, debug: { SENDER_RECORDS: '20' } }),
  java(
    'otel-java',
    'OpenTelemetry Java, its library for Java’s client',
    { ...asItComes, 'W3C and B3': both, b3multi: multi },
    withoutExporters,
  ),
  javaAgent({ ...asItComes, 'W3C and B3': both, b3multi: multi, 'null header': {} }),
  java('spring', 'Spring Boot', {
    'as it comes': { SENDER_OBSERVED: 'false' },
    observed: { SENDER_OBSERVED: 'true' },
    'a StringBuilder': { SENDER_OBSERVED: 'false' },
  }),
  java('connect', 'Kafka Connect, SimpleHeaderConverter', asItComes),
  java('camel', 'Camel, dead letter channel', asItComes),
  java('vertx', 'Vert.x', { PROPAGATE: {}, ALWAYS: {} }, withoutExporters),
  python('confluent-kafka', 'confluent-kafka (Python) with OpenTelemetry', {
    ...asItComes,
    b3multi: multi,
    SerializingProducer: {},
    'one list of headers': {},
  }),
  python(
    'ddtrace',
    'confluent-kafka (Python) with ddtrace',
    {
      ...asItComes,
      propagating: kafkaOfDatadog,
      'ids of 64 bits': {
        ...kafkaOfDatadog,
        DD_TRACE_PROPAGATION_STYLE: 'datadog',
        DD_TRACE_128_BIT_TRACEID_GENERATION_ENABLED: 'false',
      },
    },
    withoutDatadog,
  ),
  python('faststream', 'FastStream', { ...asItComes, publish_batch: {}, 'no middleware': {} }),
  python('skywalking', 'kafka-python with SkyWalking', asItComes),
  go('sarama', 'sarama with otelsarama', { ...asItComes, 'W3C and B3': both, untraced: {}, 'null header': {} }),
  go('watermill', 'Watermill, a router', asItComes),
  confluentJs(),
];

/** A program of one file, `Send.java`: Maven only copies the jars that its pom names. */
function java(name: string, title: string, ways: Sender['ways'], env: Variables = {}): Sender {
  const pom = `${programs}/${name}/pom.xml`;
  return {
    name,
    title,
    needs: 'a JDK of version 17 and Maven',
    ways,
    versions: () => versionProperties(pom),
    async install() {
      return { ...(await javaWith(`senders-${name}`, pom, `${programs}/${name}/Send.java`, 'senders.Send')), env };
    },
  };
}

/** Java's client, with OpenTelemetry's agent in its process. */
function javaAgent(ways: Sender['ways']): Sender {
  const sender = java('otel-java-agent', 'OpenTelemetry Java, its agent', ways);
  return {
    ...sender,
    async install() {
      const { file, args } = await sender.install();
      const jars = await installed(`senders-otel-java-agent-${digest(`${programs}/otel-java-agent/pom.xml`)}`, async () => {});
      const agent = readdirSync(jars).find((jar) => jar.startsWith('opentelemetry-javaagent'));
      return { file, args: [`-javaagent:${jars}/${agent}`, ...args], env: withoutExporters };
    },
  };
}

/** A program of one file, `send.py`, with what `requirements.txt` names in an environment of its own. */
function python(name: string, title: string, ways: Sender['ways'], env: Variables = {}): Sender {
  const requirements = `${programs}/${name}/requirements.txt`;
  return {
    name,
    title,
    needs: 'Python 3.11 with venv and pip',
    ways,
    versions: () => pinned(readFileSync(requirements, 'utf8')),
    async install() {
      return { file: await pythonWith(`senders-${name}`, requirements), args: [`${programs}/${name}/send.py`], env };
    },
  };
}

function go(name: string, title: string, ways: Sender['ways']): Sender {
  return {
    name,
    title,
    needs: 'Go',
    ways,
    versions: () => directVersions(readFileSync(`${programs}/${name}/go.mod`, 'utf8')),
    async install() {
      const folder = await installed(`senders-${name}`, async () => {});
      await step('go', ['build', '-o', `${folder}/send`, '.'], { cwd: `${programs}/${name}` });
      return { file: `${folder}/send`, args: [] };
    },
  };
}

/** The client that `npm run install:confluent` puts beside the devDependencies. */
function confluentJs(): Sender {
  return {
    name: 'confluent-js',
    title: '@confluentinc/kafka-javascript',
    needs: 'npm run install:confluent',
    ways: asItComes,
    versions: () => {
      const script = readFileSync(`${import.meta.dirname}/../../../scripts/install-confluent.ts`, 'utf8');
      return { '@confluentinc/kafka-javascript': /const version = '([^']+)'/.exec(script)?.[1] ?? '' };
    },
    install: async () => ({ file: process.execPath, args: [`${programs}/confluent-js/send.mjs`] }),
  };
}
