import { TOPIC_RESOURCE, type AdminPort } from '../../client/port/admin.ts';
import { kafkaErrorName } from '../../client/port/kafka-error.ts';
import { withAdmin } from '../../client/temporary.ts';
import { errorMessage } from '../../core/error-type.ts';
import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';
import { checkedNames, kindsText, type Named, type Naming } from './topic-names.ts';

/** The settings of a topic that its retry and dead-letter topics copy; `undefined` when they are not known. */
interface TopicConfig {
  /** Milliseconds; -1 is for ever. */
  readonly retention: bigint | undefined;
  readonly maxMessageBytes: bigint | undefined;
}

const names = { retention: 'retention.ms', maxMessageBytes: 'max.message.bytes' } as const;

/** The current settings, by topic. A client that may not read them gets none: then the broker's defaults apply. Never rejects. */
async function topicConfigs(admin: AdminPort, topics: readonly string[]): Promise<ReadonlyMap<string, TopicConfig>> {
  try {
    const resources = [...new Set(topics)].map((name) => ({
      type: TOPIC_RESOURCE,
      name,
      configNames: Object.values(names),
    }));
    const { resources: described } = await admin.describeConfigs({ resources, includeSynonyms: false });
    return new Map(
      described.map(({ resourceName, configEntries }) => {
        const of = (name: string): bigint | undefined => {
          const value = configEntries.find((entry) => entry.configName === name)?.configValue;
          return typeof value === 'string' && /^-?\d{1,19}$/.test(value) ? BigInt(value) : undefined;
        };
        return [resourceName, { retention: of(names.retention), maxMessageBytes: of(names.maxMessageBytes) }];
      }),
    );
  } catch {
    return new Map();
  }
}

/** A topic for dead-letter records or scheduled retries, as it is created. */
interface TopicPlan {
  readonly kind: Naming['kind'];
  readonly name: string;
  readonly numPartitions: number;
  readonly retention: bigint | undefined;
  readonly maxMessageBytes: bigint | undefined;
}

// Milliseconds for which a retry topic keeps a record beyond its delay: a consumer that is down for a week loses none.
const spare = 604_800_000n;

// Bytes that our headers may add to a record of the largest size: its error, its stack, its trace.
const headerRoom = 65_536n;

/** Broker errors for a topic that could be created with other settings. */
const refusedSettings: ReadonlySet<string> = new Set(['INVALID_CONFIG', 'POLICY_VIOLATION', 'INVALID_REQUEST']);

/** The retry and dead-letter topics of a subscription: creates missing ones, at its start and when they are deleted. */
export class DeliveryTopics {
  readonly #makeAdmin: () => AdminPort;
  readonly #named: readonly Named[];
  /** Retry topics of earlier options, which no record is written to. */
  readonly former: readonly Named[];
  readonly #plans: ReadonlyMap<string, TopicPlan>;

  private constructor(
    makeAdmin: () => AdminPort,
    named: readonly Named[],
    former: readonly Named[],
    plans: ReadonlyMap<string, TopicPlan>,
  ) {
    this.#makeAdmin = makeAdmin;
    this.#named = named;
    this.former = former;
    this.#plans = plans;
  }

  /**
   * Finds the topics of each naming for each of `topics`; creates those that do not exist. They get the partitions of their source
   * and its retention, retry topics at least a week beyond their delay; they accept records of its size with our headers.
   *
   * @param makeAdmin makes a client for topics that are created again
   * @param found gives, of the names of all topics, retry topics: those that `namings` do not name are of earlier options. @default none
   * @throws {KafkaTracingError} `topic_missing`: names the sources that do not exist, or what could not be created;
   *   `invalid_option`: a name that Kafka does not allow or that is taken, or a retry topic that keeps records for less than its delay
   */
  static async prepare(
    admin: AdminPort,
    topics: readonly string[],
    namings: readonly Naming[],
    makeAdmin: () => AdminPort,
    found: (existing: readonly string[]) => readonly Named[] = () => [],
  ): Promise<DeliveryTopics> {
    const all = await admin.listTopics();
    const existing = new Set(all);
    const absent = topics.filter((topic) => !existing.has(topic));
    if (absent.length > 0) throw new KafkaTracingError('topic_missing', `subscribe cannot find ${list(absent)}: create it first.`);
    const named = checkedNames(topics, namings);
    const taken = new Set([...topics, ...named.map(({ name }) => name)]);
    const former = found(all).filter(({ name }) => !taken.has(name));
    if (named.length + former.length === 0) return new DeliveryTopics(makeAdmin, named, former, new Map());
    const metadata = await admin.fetchTopicMetadata({ topics: [...topics] });
    const counts = new Map(metadata.topics.map(({ name, partitions }) => [name, partitions.length]));
    const configs = await topicConfigs(admin, [...topics, ...named.map(({ name }) => name).filter((name) => existing.has(name))]);
    refuseShortRetention(named, configs);
    const plans = new Map(
      [...Map.groupBy([...named, ...former], ({ name }) => name)].map(([name, sources]) => [name, planOf(name, sources, counts, configs)]),
    );
    await create(
      admin,
      [...plans.values()].filter(({ name }) => !existing.has(name)),
    );
    return new DeliveryTopics(makeAdmin, named, former, plans);
  }

  /** The topics of one naming, by the source topic. */
  of(naming: Naming): ReadonlyMap<string, string> {
    return new Map(this.#named.filter((each) => each.naming === naming).map(({ source, name }) => [source, name]));
  }

  /** Creates a deleted topic again, with its first configuration. @throws {KafkaTracingError} `topic_missing`; what the client throws */
  async recreate(name: string): Promise<void> {
    const plan = this.#plans.get(name);
    if (plan !== undefined) await this.#byNewAdmin((admin) => create(admin, [plan]));
  }

  /**
   * Creates those retry topics again that were deleted. The members of the group subscribe to them, and kafkajs reads no topic while one of
   * its topics is missing.
   *
   * @throws {KafkaTracingError} `topic_missing`; what the client throws when the broker does not answer
   */
  async recreateRetryTopics(): Promise<void> {
    const retries = [...this.#plans.values()].filter(({ kind }) => kind === 'retry');
    if (retries.length === 0) return;
    await this.#byNewAdmin(async (admin) => {
      const existing = new Set(await admin.listTopics());
      await create(
        admin,
        retries.filter(({ name }) => !existing.has(name)),
      );
    });
  }

  /** One that was asked for offsets of a topic creates no topic while that topic is missing: kafkajs requests its metadata first. */
  #byNewAdmin(work: (admin: AdminPort) => Promise<void>): Promise<void> {
    return withAdmin({ admin: this.#makeAdmin }, work);
  }
}

async function create(admin: AdminPort, plans: readonly TopicPlan[]): Promise<void> {
  if (plans.length === 0) return;
  try {
    await createWith(admin, plans, true).catch((error: unknown) => {
      if (!refusedSettings.has(kafkaErrorName(error))) throw error;
      return createWith(admin, plans, false);
    });
  } catch (error) {
    const { kinds, options } = kindsText(plans.map(({ kind }) => kind));
    const described = plans.map(({ name, numPartitions }) => `"${name}" (${numPartitions} partitions)`).join(', ');
    throw new KafkaTracingError(
      'topic_missing',
      `subscribe could not create its ${kinds} topics: ${described}. Create them, or name others by ${options}. The broker said: ${errorMessage(error)}`,
    );
  }
}

async function createWith(admin: AdminPort, plans: readonly TopicPlan[], withSettings: boolean): Promise<void> {
  const topics = plans.map(({ name, numPartitions, ...settings }) => ({
    topic: name,
    numPartitions,
    configEntries: withSettings ? entriesOf(settings) : [],
  }));
  await admin.createTopics({ topics });
}

function planOf(
  name: string,
  sources: readonly Named[],
  counts: ReadonlyMap<string, number>,
  configs: ReadonlyMap<string, TopicConfig>,
): TopicPlan {
  const ofSources = sources.flatMap(({ source }) => configs.get(source) ?? []);
  const delay = BigInt(Math.max(...sources.map(({ naming }) => naming.delay ?? 0)));
  const { kind } = (sources as [Named])[0].naming;
  const retention = longest(ofSources.map((config) => config.retention));
  const least = kind === 'retry' ? delay + spare : undefined;
  const sizes = ofSources.flatMap(({ maxMessageBytes }) => maxMessageBytes ?? []);
  return {
    kind,
    name,
    numPartitions: Math.max(...sources.map(({ source }) => counts.get(source) ?? 1)),
    retention: least === undefined ? retention : longest([retention, least]),
    maxMessageBytes: sizes.length === 0 ? undefined : sizes.reduce((one, other) => (one > other ? one : other)) + headerRoom,
  };
}

/** -1 is for ever. */
function longest(retentions: readonly (bigint | undefined)[]): bigint | undefined {
  const known = retentions.filter((retention) => retention !== undefined);
  if (known.some((retention) => retention < 0n)) return -1n;
  return known.reduce<bigint | undefined>((most, retention) => (most === undefined || retention > most ? retention : most), undefined);
}

function entriesOf({ retention, maxMessageBytes }: Pick<TopicPlan, 'retention' | 'maxMessageBytes'>): { name: string; value: string }[] {
  return [
    ...(retention === undefined ? [] : [{ name: 'retention.ms', value: String(retention) }]),
    ...(maxMessageBytes === undefined ? [] : [{ name: 'max.message.bytes', value: String(maxMessageBytes) }]),
  ];
}

function refuseShortRetention(named: readonly Named[], configs: ReadonlyMap<string, TopicConfig>): void {
  for (const { name, naming } of named) {
    const retention = configs.get(name)?.retention;
    if (naming.delay === undefined || retention === undefined || retention < 0n || retention >= BigInt(naming.delay)) continue;
    throw new KafkaTracingError(
      'invalid_option',
      `The retry topic "${name}" keeps records for ${retention} ms (retention.ms), less than the ${naming.delay} ms that they wait in it: raise its retention.ms, or shorten the delay.`,
    );
  }
}

function list(topics: readonly string[]): string {
  return topics.map((topic) => `the topic "${topic}"`).join(', ');
}
