import { readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { installed, step } from '../clients/support/installed.ts';
import type { Command } from '../clients/support/client.ts';
import { directVersions } from '../hops/frameworks/go.ts';
import { digest, versionProperties } from '../hops/frameworks/pom.ts';

/** Software that writes a dead-letter record when it fails. */
export interface Software {
  /** The name of its fixture; what `--only` takes. */
  readonly name: string;
  readonly title: string;
  /** The pinned versions of what it is made of. */
  versions(): Readonly<Record<string, string>>;
  /** Its dead-letter topics, the last one the last to be written. */
  deadLetterTopics(topic: string): readonly string[];
  /** Installs what is missing, which may take minutes the first time. */
  install(): Promise<Command>;
}

/** Each of them. */
export const software: readonly Software[] = [
  java('spring', 'Letters', 'spring', 'Spring for Apache Kafka, DeadLetterPublishingRecoverer', (topic) => [`${topic}-dlt`], {
    LETTERS_WAY: 'recoverer',
  }),
  java(
    'spring',
    'Letters',
    'spring-retry-topics',
    'Spring for Apache Kafka, @RetryableTopic',
    (topic) => [`${topic}-retry-500`, `${topic}-retry-1000`, `${topic}-dlt`],
    { LETTERS_WAY: 'retry-topics' },
  ),
  quarkus('smallrye', 'SmallRye, dead-letter-queue', out, 'LETTERS_QUEUE'),
  quarkus(
    'smallrye-retry-topics',
    'SmallRye, delayed-retry-topic',
    (topic) => [`${topic}_retry_1000`, `${topic}_retry_2000`, ...out(topic)],
    'LETTERS_RETRIES',
  ),
  java('cloud-stream', 'Letters', 'cloud-stream', 'Spring Cloud Stream, enable-dlq', (topic) => [`error.${topic}.packing.cloud-stream`]),
  go('watermill', 'Watermill, PoisonQueue', out),
  java('kafka', 'Streams', 'kafka-streams', 'Kafka Streams', out),
  java('kafka', 'Connect', 'kafka-connect', 'Kafka Connect, a sink', out),
  java('kafka', 'ShareGroup', 'share-group', 'a share group', out),
  java('kafka', 'ShareGroup', 'share-group-copy', 'a share group that copies its records', out, { LETTERS_COPY: 'true' }),
];

/** The topic that a program is told to write its dead-letter records to; brokers want the prefix for a share group's. */
export function out(topic: string): readonly string[] {
  return [`dlq.${topic}`];
}

/** Quarkus' own plug-in builds it. @param way the variable that switches its channel on */
function quarkus(
  name: string,
  title: string,
  deadLetterTopics: Software['deadLetterTopics'],
  way: 'LETTERS_QUEUE' | 'LETTERS_RETRIES',
): Software {
  const path = `${import.meta.dirname}/programs/quarkus`;
  const pom = `${path}/pom.xml`;
  const sources = ['java/letters/Letters.java', 'resources/application.properties'].map((file) => `${path}/src/main/${file}`);
  return {
    name,
    title,
    versions: () => versionProperties(pom),
    deadLetterTopics,
    async install() {
      const folder = await installed(`dead-letters-quarkus-${digest(pom, ...sources)}`, (fresh) =>
        step('mvn', ['-q', '-B', '-Dstyle.color=never', '-f', pom, 'package', `-Dletters.target=${fresh}`]),
      );
      const env = { LETTERS_QUEUE: 'false', LETTERS_RETRIES: 'false', [way]: 'true' };
      return { file: 'java', args: ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-jar', `${folder}/quarkus-app/quarkus-run.jar`], env };
    },
  };
}

function go(name: string, title: string, deadLetterTopics: Software['deadLetterTopics']): Software {
  const path = `${import.meta.dirname}/programs/${name}`;
  return {
    name,
    title,
    versions: () => directVersions(readFileSync(`${path}/go.mod`, 'utf8')),
    deadLetterTopics,
    async install() {
      const folder = await installed(`dead-letters-${name}`, async () => {});
      await step('go', ['build', '-o', `${folder}/letters`, '.'], { cwd: path });
      return { file: `${folder}/letters`, args: [] };
    },
  };
}

/** A program of one file: Maven only copies the jars that its pom names. */
function java(
  folder: string,
  main: string,
  name: string,
  title: string,
  deadLetterTopics: Software['deadLetterTopics'],
  env: Readonly<Record<string, string>> = {},
): Software {
  const path = `${import.meta.dirname}/programs/${folder}`;
  const pom = `${path}/pom.xml`;
  return {
    name,
    title,
    versions: () => versionProperties(pom),
    deadLetterTopics,
    async install() {
      const jars = await installed(`dead-letters-${folder}-${digest(pom)}`, (fresh) =>
        step('mvn', ['-q', '-B', '-Dstyle.color=never', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${fresh}`]),
      );
      const classes = await installed(`dead-letters-${folder}-classes`, async () => {});
      await step('javac', ['-parameters', '-d', classes, '-cp', `${jars}/*`, `${path}/${main}.java`]);
      const classPath = [classes, path, `${jars}/*`].join(delimiter);
      return { file: 'java', args: ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-cp', classPath, `letters.${main}`], env };
    },
  };
}
