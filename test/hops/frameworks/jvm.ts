import { delimiter, dirname } from 'node:path';
import type { Command } from '../../clients/support/client.ts';
import { installed, step } from '../../clients/support/installed.ts';
import { bothPropagators, programFile, type Framework, type Setting } from './framework.ts';
import { digest, versionProperties } from './pom.ts';

/** For OpenTelemetry's autoconfiguration, which would look for a collector. */
const withoutExporters = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };

/** Kafka Streams, which has no tracing of its own: its operators hand headers on. */
export const kafkaStreams: Framework = javaProgram({ name: 'kafka-streams', title: 'Kafka Streams, `mapValues`', settings: [{}] });

/** Vert.x' Kafka client and tracer, which have no exporter here. */
export const vertx: Framework = javaProgram({
  name: 'vertx',
  title: 'Vert.x',
  settings: [{}, bothPropagators],
  variables: withoutExporters,
});

/** A route of Camel, which has no tracing of its own. */
export const camel: Framework = javaProgram({ name: 'camel', title: 'Camel, no tracing', settings: [{}] });

/** A route of Camel with the tracer of `camel-opentelemetry2`. */
export const camelOpenTelemetry: Framework = javaProgram({
  name: 'camel-opentelemetry2',
  title: 'Camel, `camel-opentelemetry2`',
  settings: [{}, bothPropagators],
  variables: withoutExporters,
});

const connectSettings: readonly Setting[] = [{}, { CONNECT_HEADER_CONVERTER: 'org.apache.kafka.connect.converters.ByteArrayConverter' }];

/** MirrorMaker's source connector in a worker of Connect, both of the newest version that the former is to be had in. */
export const connect: Framework = javaProgram({
  name: 'connect',
  title: 'Connect, `MirrorSourceConnector`',
  settings: connectSettings,
});

/** A newer worker, in which that connector does not load, with a connector that hands it headers as that one does. */
export const connectWorker: Framework = javaProgram({
  name: 'connect-worker',
  title: 'Connect, headers as bytes',
  settings: connectSettings,
});

const springSettings: readonly Setting[] = [{}, { MANAGEMENT_TRACING_PROPAGATION_PRODUCE: 'W3C,B3' }];

/** Spring's observation, with a listener that sends the record on with its headers. */
export const springTemplate: Framework = javaProgram({
  name: 'spring-boot-template',
  title: 'Spring Boot, `KafkaTemplate`',
  settings: springSettings,
  folder: 'spring-boot',
  variables: { HOP_WAY: 'template' },
});

/** Spring's observation, with a listener whose result is sent. */
export const springSendTo: Framework = javaProgram({
  name: 'spring-boot-send-to',
  title: 'Spring Boot, `@SendTo`',
  settings: springSettings,
  folder: 'spring-boot',
  variables: { HOP_WAY: 'send-to' },
});

interface JavaProgram {
  readonly name: string;
  readonly title: string;
  readonly settings: readonly Setting[];
  /** @default the name */
  readonly folder?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** A program of one file, `Hop.java`: Maven only copies the jars that its pom names. */
function javaProgram({ name, title, settings, folder = name, variables = {} }: JavaProgram): Framework {
  const pom = programFile(`${folder}/pom.xml`);
  return {
    name,
    title,
    needs: 'a JDK of version 17 and Maven',
    settings,
    versions: () => versionProperties(pom),
    async install() {
      return { ...(await javaWith(`hops-${folder}`, pom, programFile(`${folder}/Hop.java`), 'hops.Hop')), env: variables };
    },
  };
}

/** The program of one file, whose class is `main`, with the jars that `pom` names; builds are kept by `name`. */
export async function javaWith(name: string, pom: string, source: string, main: string): Promise<Command> {
  const jars = await installed(`${name}-${digest(pom)}`, (fresh) =>
    step('mvn', ['-q', '-B', '-Dstyle.color=never', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${fresh}`]),
  );
  const classes = await installed(`${name}-classes`, async () => {});
  await step('javac', ['-parameters', '-d', classes, '-cp', `${jars}/*`, source]);
  // The program's folder is there for its settings.
  const classPath = [classes, dirname(source), `${jars}/*`].join(delimiter);
  return { file: 'java', args: ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-cp', classPath, main] };
}
