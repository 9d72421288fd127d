import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { image, type Cluster } from '../brokers/cluster.ts';
import { docker } from '../brokers/docker.ts';
import type { LoneCluster } from '../brokers/lone-cluster.ts';
import { Skipped } from './row.ts';
import { until } from '../brokers/until.ts';

const run = promisify(execFile);

/** The path of MirrorMaker in the published image of Apache Kafka. */
const inImage = '/opt/kafka/libs';
/** The Maven artifact for an image without it. */
const version = '4.3.1';
const inContainer = '/mirror';

/** What to mirror, and where to. */
export interface Mirrored {
  readonly from: LoneCluster;
  readonly to: Cluster;
  readonly topic: string;
  readonly groupId: string;
  /** Whether it copies the group's commits, too. */
  readonly syncsCommits: boolean;
}

/** MirrorMaker 2, in its own container: it copies a topic, under the same name. */
export class MirrorMaker implements AsyncDisposable {
  readonly #folder: string;
  readonly #classPath: string;
  #name: string | undefined;

  private constructor(folder: string, classPath: string) {
    this.#folder = folder;
    this.#classPath = classPath;
  }

  /**
   * Finds it in the image, or fetches it from Maven Central.
   *
   * @throws {Skipped} when neither has it
   */
  static async get(signal: AbortSignal): Promise<MirrorMaker> {
    const folder = await mkdtemp(join(tmpdir(), 'tracelink-mirror-'));
    await using failed = new AsyncDisposableStack();
    failed.defer(() => rm(folder, { recursive: true }));
    // The container runs as another user.
    await chmod(folder, 0o755);
    const isInImage = (await docker('run', '--rm', '--entrypoint', 'ls', image, inImage)).includes('connect-mirror-');
    if (!isInImage) await fetchInto(folder, signal);
    failed.move();
    return new MirrorMaker(folder, `${isInImage ? inImage : `${inContainer}/libs`}/*`);
  }

  /** Starts to mirror; the first record arrives some seconds later. */
  async start(mirrored: Mirrored): Promise<void> {
    const { network, label } = mirrored.to.place;
    await writeFile(join(this.#folder, 'mirror.properties'), properties(mirrored));
    const name = (this.#name = `${network}-mirror`);
    const place = ['--name', name, '--network', network, '--label', label, '--volume', `${this.#folder}:${inContainer}:ro`];
    const logging = ['org.slf4j.simpleLogger.defaultLogLevel=warn', 'org.slf4j.simpleLogger.logFile=System.out'].map((one) => `-D${one}`);
    const java = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', ...logging, '-cp', this.#classPath];
    const program = ['org.apache.kafka.connect.mirror.MirrorMaker', `${inContainer}/mirror.properties`, '--clusters', 'second'];
    await docker('run', '--detach', ...place, '--entrypoint', 'java', image, ...java, ...program);
  }

  /** Waits for its effect. @throws when it takes too long or has ended, with its output */
  async until(holds: () => Promise<boolean>, what: string, signal: AbortSignal): Promise<void> {
    const name = String(this.#name);
    let hasEnded = false;
    const isOver = async (): Promise<boolean> => {
      hasEnded = (await docker('inspect', '--format', '{{.State.Running}}', name)) === 'false';
      return hasEnded || holds();
    };
    try {
      await until(isOver, { what, signal });
      if (hasEnded) throw new Error(`${what}: MirrorMaker has ended`);
    } catch (cause) {
      signal.throwIfAborted();
      throw new Error(`${String(cause)}; it said: ${await docker('logs', '--tail', '20', name)}`, { cause });
    }
  }

  /** As in a power failure. */
  async kill(): Promise<void> {
    if (this.#name !== undefined) await docker('rm', '--force', '--volumes', this.#name);
    this.#name = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true });
  }
}

async function fetchInto(folder: string, signal: AbortSignal): Promise<void> {
  const dependencies = [`org.apache.kafka:connect-mirror:${version}`, 'org.slf4j:slf4j-simple:1.7.36'].map((dependency) => {
    const [group, artifact, number] = dependency.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${number}</version></dependency>`;
  });
  const project = `<modelVersion>4.0.0</modelVersion><groupId>tracelink</groupId><artifactId>mirror</artifactId><version>1</version>`;
  const namespace = 'http://maven.apache.org/POM/4.0.0';
  await writeFile(
    join(folder, 'pom.xml'),
    `<project xmlns="${namespace}">${project}<dependencies>${dependencies.join('')}</dependencies></project>`,
  );
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=libs'];
  try {
    await run('mvn', ['--batch-mode', '--quiet', ...goal], { cwd: folder, timeout: 120_000, signal });
  } catch (error) {
    const { code, stdout = '' } = error as { readonly code?: unknown; readonly stdout?: string };
    const why = code === 'ENOENT' ? 'Maven is not installed' : (/\[ERROR\] (.+)/.exec(stdout)?.[1] ?? String(error));
    throw new Skipped(`${image} has no MirrorMaker, and ${why}`);
  }
}

function properties({ from, to, topic, groupId, syncsCommits }: Mirrored): string {
  return Object.entries({
    clusters: 'first,second',
    'first.bootstrap.servers': from.node.inside,
    'second.bootstrap.servers': to.nodes.map(({ inside }) => inside).join(','),
    'first->second.enabled': 'true',
    topics: topic,
    groups: groupId,
    'replication.policy.class': 'org.apache.kafka.connect.mirror.IdentityReplicationPolicy',
    'sync.group.offsets.enabled': String(syncsCommits),
    'sync.topic.configs.enabled': 'false',
    'sync.topic.acls.enabled': 'false',
    'emit.heartbeats.enabled': 'false',
    // For a quicker start.
    'plugin.discovery': 'service_load',
    // As often as possible: the default is once a minute or less.
    'refresh.topics.interval.seconds': '1',
    'refresh.groups.interval.seconds': '1',
    'emit.checkpoints.interval.seconds': '1',
    'sync.group.offsets.interval.seconds': '1',
    'offset.flush.interval.ms': '1000',
    // With so few records, commits are otherwise translated to the first one.
    'offset.lag.max': '10',
    'offset-syncs.topic.replication.factor': '1',
    'checkpoints.topic.replication.factor': '3',
    'replication.factor': '3',
    'config.storage.replication.factor': '3',
    'offset.storage.replication.factor': '3',
    'status.storage.replication.factor': '3',
  })
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}
