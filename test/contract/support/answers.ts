/** The broker's responses as kafkajs decodes them, with each `errorCode` replaced by `error`, the protocol's name for it. */
export interface Answers {
  readonly Produce: { readonly topics: readonly { readonly topicName: string; readonly partitions: readonly ProducedPartition[] }[] };
  readonly Fetch: {
    readonly error: string;
    readonly sessionId: number;
    readonly responses: readonly { readonly topicName: string; readonly partitions: readonly FetchedPartition[] }[];
  };
  readonly ListOffsets: {
    readonly responses: readonly {
      readonly partitions: readonly {
        readonly partition: number;
        readonly error: string;
        readonly offset: string;
        readonly timestamp: string;
      }[];
    }[];
  };
  readonly OffsetCommit: { readonly responses: readonly { readonly topic: string; readonly partitions: readonly PartitionError[] }[] };
  readonly OffsetFetch: {
    readonly error: string;
    readonly responses: readonly { readonly topic: string; readonly partitions: readonly CommittedPartition[] }[];
  };
  readonly GroupCoordinator: { readonly error: string; readonly coordinator: { readonly host: string; readonly port: number } };
  readonly JoinGroup: {
    readonly error: string;
    readonly generationId: number;
    readonly groupProtocol: string;
    readonly leaderId: string;
    readonly memberId: string;
    readonly members: readonly { readonly memberId: string; readonly groupInstanceId: string | null; readonly memberMetadata: Buffer }[];
  };
  readonly SyncGroup: { readonly error: string; readonly memberAssignment: Buffer };
  readonly Heartbeat: { readonly error: string };
  readonly LeaveGroup: { readonly error: string; readonly members: readonly { readonly memberId: string; readonly error: string }[] };
  readonly ApiVersions: {
    readonly error: string;
    readonly apiVersions: readonly { readonly apiKey: number; readonly minVersion: number; readonly maxVersion: number }[];
  };
  readonly CreateTopics: { readonly topicErrors: readonly { readonly topic: string; readonly error: string }[] };
  readonly DeleteTopics: { readonly topicErrors: readonly { readonly topic: string; readonly error: string }[] };
  readonly DeleteRecords: {
    readonly topics: readonly {
      readonly partitions: readonly (PartitionError & { readonly lowWatermark: { toString(): string } })[];
    }[];
  };
  readonly InitProducerId: { readonly error: string; readonly producerId: string; readonly producerEpoch: number };
  readonly AddPartitionsToTxn: {
    readonly errors: readonly { readonly topic: string; readonly partitionErrors: readonly PartitionError[] }[];
  };
  readonly AddOffsetsToTxn: { readonly error: string };
  readonly EndTxn: { readonly error: string };
  readonly TxnOffsetCommit: { readonly topics: readonly { readonly topic: string; readonly partitions: readonly PartitionError[] }[] };
}

interface PartitionError {
  readonly partition: number;
  readonly error: string;
}

interface ProducedPartition extends PartitionError {
  readonly baseOffset: string;
  readonly logAppendTime: string;
  readonly logStartOffset: string;
}

interface CommittedPartition extends PartitionError {
  readonly offset: string;
  readonly metadata: string | null;
}

export interface FetchedPartition extends PartitionError {
  readonly highWatermark: string;
  readonly lastStableOffset: string;
  readonly abortedTransactions: readonly { readonly producerId: string; readonly firstOffset: string }[];
  readonly messages: readonly FetchedMessage[];
}

interface FetchedMessage {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly isControlRecord: boolean;
  readonly batchContext: {
    readonly firstOffset: string;
    readonly inTransaction: boolean;
    readonly producerId: string;
    readonly producerEpoch: number;
    readonly partitionLeaderEpoch: number;
    readonly timestampType: number;
  };
}
