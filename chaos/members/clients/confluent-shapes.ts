/** A partition, with an offset. */
export interface Position {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly metadata?: string;
}

export interface ConsumerConfig {
  readonly offset_commit_cb: (error: unknown, positions: readonly Position[]) => void;
}

/** Called with the client's error, or none. */
export type Report = (error: unknown, report: object) => void;

/** `topic, partition, value, key, timestamp, opaque, headers`: the engine has the report as `opaque`. */
export type Produced = [string, number, Buffer | null, Buffer | null, number | undefined, Report, readonly object[]];

/** What is watched of what the package exports. */
export interface Library {
  readonly KafkaConsumer: new (config: ConsumerConfig, topicConfig: object) => { commit(positions: readonly Position[]): void };
  readonly Producer: new (config: object, topicConfig: object) => { produce(...record: Produced): void };
}
