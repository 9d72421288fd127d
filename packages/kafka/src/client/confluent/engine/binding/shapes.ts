/** The part of `@confluentinc/kafka-javascript` that the engine uses: its API of node-rdkafka, by callbacks. */

/** What the package exports. */
export interface Library {
  readonly KafkaConsumer: new (config: object, topicConfig: object) => Consumer;
  readonly Producer: new (config: object, topicConfig: object) => Producer;
  readonly AdminClient: { createFrom(client: Client): Admin };
}

/** Called with the client's error, or with `null` or nothing for none. */
export type Done<T = void> = (error: unknown, result: T) => void;

interface Place {
  readonly topic: string;
  readonly partition: number;
}

interface PlaceAndOffset extends Place {
  /** -1001: none; -2: the beginning. */
  readonly offset: number;
}

/** `timeout` in milliseconds. */
interface MetadataOptions {
  readonly allTopics: boolean;
  readonly timeout: number;
}

export interface Client {
  /** Asks for metadata, too, by its method for that. */
  connect(options: MetadataOptions, done: Done<unknown>): void;
  getMetadata(options: MetadataOptions, done: Done<{ readonly topics: readonly { readonly name: string }[] }>): void;
  on(event: string, listener: (...event: never) => void): unknown;
  disconnect(done: Done<unknown>): void;
}

/** A line of librdkafka's log. */
export interface LogLine {
  readonly fac: string;
  readonly message: string;
}

export interface ConsumedMessage extends PlaceAndOffset {
  readonly key: Buffer | null;
  /** `null`: a tombstone. */
  readonly value: Buffer | null;
  /** Milliseconds since the epoch; -1: none. */
  readonly timestamp: number;
  /** One entry each, in their order; the name is its only property. */
  readonly headers?: readonly Readonly<Record<string, Buffer>>[];
}

/** `offset` is the next one that a record of the partition may have. */
export type EndOfPartition = PlaceAndOffset;

export interface Consumer extends Client {
  subscribe(topics: readonly string[]): void;
  assign(places: readonly PlaceAndOffset[]): void;
  unassign(): void;
  /** Whether the partitions that are being revoked may be another member's already. */
  assignmentLost(): boolean;
  /** Has events: `data`, `partition.eof`, in their order, before `done`. */
  consume(most: number, done: Done<unknown>): void;
  setDefaultConsumeTimeout(milliseconds: number): void;
  setDefaultIsTimeoutOnlyForFirstMessage(isOnly: boolean): void;
  seek(place: PlaceAndOffset, timeout: number, done: Done): void;
  pause(places: readonly Place[]): void;
  resume(places: readonly Place[]): void;
  /** Its answer comes to `offset_commit_cb`, which {@link Consumer.commitCb} does not wait for. */
  commit(positions: readonly (PlaceAndOffset & { readonly metadata: string })[]): void;
  getWatermarkOffsets(topic: string, partition: number): { readonly highOffset: number };
}

export interface DeliveryReport extends PlaceAndOffset {
  readonly opaque: (error: unknown, report: DeliveryReport) => void;
}

export interface Producer extends Client {
  setPollInBackground(isInBackground: boolean): void;
  /** @throws the client's error when it does not take the record */
  produce(
    topic: string,
    partition: number | null,
    value: Buffer | null,
    key: Buffer | null,
    timestamp: number | undefined,
    opaque: DeliveryReport['opaque'],
    headers: readonly Readonly<Record<string, Buffer | string>>[],
  ): void;
  initTransactions(timeout: number, done: Done): void;
  beginTransaction(done: Done): void;
  commitTransaction(timeout: number, done: Done): void;
  abortTransaction(timeout: number, done: Done): void;
}

interface Node {
  readonly id: number;
}

export interface TopicDescription {
  readonly name: string;
  /** All bits are zero where the broker gives topics no ids. */
  readonly topicId?: { readonly base64: string };
  readonly partitions: readonly {
    readonly partition: number;
    /** None while there is no leader. */
    readonly leader?: Node | null;
    readonly replicas: readonly Node[];
    readonly isr: readonly Node[];
  }[];
  readonly error?: unknown;
}

/** Without partitions: those that have a commit. */
export interface GroupQuery {
  readonly groupId: string;
  readonly partitions?: readonly Place[];
}

export interface GroupOffsets {
  readonly error?: unknown;
  readonly partitions: readonly (PlaceAndOffset & { readonly metadata: string | null; readonly error?: unknown })[];
}

export interface GroupList {
  readonly groups: readonly { readonly groupId: string }[];
  readonly errors?: readonly unknown[];
}

export interface DescribedMember {
  readonly memberId: string;
  /** None while the group rebalances. */
  readonly assignment: { readonly topicPartitions: readonly Place[] };
}

export interface DescribedGroups {
  readonly groups: readonly { readonly error?: unknown; readonly state?: number; readonly members?: readonly DescribedMember[] }[];
}

export interface Admin extends Pick<Client, 'getMetadata'> {
  createTopic(
    topic: {
      readonly topic: string;
      readonly num_partitions: number;
      readonly replication_factor: number;
      readonly config: Readonly<Record<string, string>>;
    },
    timeout: number,
    done: Done,
  ): void;
  describeTopics(topics: readonly string[], options: { readonly timeout: number }, done: Done<readonly TopicDescription[]>): void;
  listOffsets(
    places: readonly (Place & { readonly offset: { readonly timestamp: number } })[],
    options: { readonly timeout: number; readonly isolationLevel: number },
    done: Done<readonly (PlaceAndOffset & { readonly error?: unknown })[]>,
  ): void;
  listConsumerGroupOffsets(groups: readonly GroupQuery[], options: { readonly timeout: number }, done: Done<readonly GroupOffsets[]>): void;
  listGroups(options: { readonly timeout: number }, done: Done<GroupList>): void;
  describeGroups(groupIds: readonly string[], options: { readonly timeout: number }, done: Done<DescribedGroups>): void;
  deleteGroups(
    groupIds: readonly string[],
    options: { readonly timeout: number },
    done: Done<readonly { readonly error?: unknown }[]>,
  ): void;
}
