import { delimiter } from 'node:path';
import type { Client } from './client.ts';
import { installed, program, step } from './installed.ts';

/** Of the client. */
const kafkaVersion = '4.3.1';
const sources = ['JavaClient', 'Clients', 'AdminScenario', 'Events'];

/** Apache Kafka's own client. */
export const java: Client = {
  name: `Java kafka-clients ${kafkaVersion}`,
  scenarios: ['messages', 'members', 'statics', 'transactions', 'admin'],
  codecs: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
  assignors: ['range', 'cooperative-sticky'],
  async install() {
    const jars = await javaJars();
    const classes = await installed('java-classes', async () => {});
    const files = sources.map((name) => program(`java/${name}.java`));
    await step('javac', ['-d', classes, '-cp', `${jars}/*`, ...files]);
    return { file: 'java', args: ['-cp', [classes, `${jars}/*`].join(delimiter), 'JavaClient'] };
  },
};

/** The folder with the jars of programs/java/pom.xml. */
function javaJars(): Promise<string> {
  return installed(`kafka-clients-${kafkaVersion}`, (folder) =>
    step('mvn', ['-q', '-B', '-f', program('java/pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`]),
  );
}

/** The jar of kafka-clients in a version, alone: the message definitions are in it. */
export async function kafkaClientsJar(version: string): Promise<string> {
  const folder = await installed(`kafka-clients-jar-${version}`, (to) =>
    step('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=org.apache.kafka:kafka-clients:${version}`, `-DoutputDirectory=${to}`]),
  );
  return `${folder}/kafka-clients-${version}.jar`;
}
