import { errorCodes, type ErrorName } from '../../core/error-codes.ts';
import type { PartitionLog } from '../../log/partition-log.ts';
import type { Request, Response } from '../../wire/apis/apis.ts';
import { type Handler, type RequestContext, requireLeader } from './request-context.ts';

/**
 * The maximum wait of a fetch, in milliseconds, whatever the client requests: kafkajs waits for its fetch before it
 * disconnects.
 */
const longestWaitMs = 250;

type FetchTopic = Request<'Fetch'>['topics'][number];
type FetchResponse = Response<'Fetch'>;
type PartitionResponse = FetchResponse['responses'][number]['partitions'][number];

/** Reads whole batches. Delays the response until `min.bytes` are available or the wait is over. */
export const fetch: Handler<'Fetch'> = async (request, context) => {
  // Fetch sessions (KIP-227) are not supported: every fetch is a full one, and a client that continues a session starts
  // over.
  if (request.sessionId > 0) return { errorCode: errorCodes.FETCH_SESSION_ID_NOT_FOUND, responses: [] };
  const deadline = Date.now() + Math.min(request.maxWaitMs, longestWaitMs);
  // Resolved once: a topic that is deleted during the wait is an unknown topic, not an unknown topic id.
  const byId = new Map(request.topics.map(({ topicId }) => [topicId, context.cluster.topics.getById(topicId)?.name]));
  const nameOf = ({ topic, topicId }: FetchTopic): string | undefined => (context.version >= 13 ? byId.get(topicId) : topic);
  let answer = read(request, nameOf, context);
  const awaited = answer.logs.length;
  // Partitions that do not exist are none to wait for. One that is deleted during the wait ends it.
  while (awaited > 0 && answer.logs.length === awaited && !answer.complete && Date.now() < deadline && !context.signal.aborted) {
    await nextChange(answer.logs, deadline - Date.now(), context.signal);
    answer = read(request, nameOf, context);
  }
  return { errorCode: errorCodes.NONE, responses: answer.responses };
};

interface Answer {
  readonly responses: FetchResponse['responses'];
  /** Whether the response is ready: enough bytes, or an error of a partition that exists. */
  readonly complete: boolean;
  /** Those of the partitions without an error. */
  readonly logs: readonly PartitionLog[];
}

/** @param nameOf the name of a topic, `undefined` for an unknown topic id */
function read(request: Request<'Fetch'>, nameOf: (topic: FetchTopic) => string | undefined, context: RequestContext): Answer {
  const isolation = request.isolationLevel === 1 ? 'read_committed' : 'read_uncommitted';
  const logs: PartitionLog[] = [];
  let bytes = 0;
  let failed = false;
  const responses = request.topics.map((asked) => {
    const { topic, topicId, partitions } = asked;
    const name = nameOf(asked);
    return {
      topic,
      topicId,
      partitions: partitions.map(({ partition: index, fetchOffset, partitionMaxBytes, currentLeaderEpoch }) => {
        const partition = requireLeader({ topic: name, partition: index, leaderEpoch: currentLeaderEpoch }, context);
        if (typeof partition === 'string') {
          const isUnknownId = partition === 'UNKNOWN_TOPIC_OR_PARTITION' && name === undefined;
          failed ||= name !== undefined && context.cluster.topics.partition(name, index) !== undefined;
          return failure(index, isUnknownId ? 'UNKNOWN_TOPIC_ID' : partition);
        }
        const { log } = partition;
        const maxBytes = Math.min(partitionMaxBytes, request.maxBytes - bytes);
        const found = log.read({ offset: fetchOffset, maxBytes, minOne: bytes === 0, isolation });
        if (found.error !== 'NONE') {
          failed = true;
          return failure(index, found.error);
        }
        bytes += found.bytes;
        logs.push(log);
        return {
          partitionIndex: index,
          errorCode: errorCodes.NONE,
          highWatermark: found.highWatermark,
          lastStableOffset: found.lastStableOffset,
          logStartOffset: found.logStartOffset,
          abortedTransactions: found.abortedTransactions,
          records: found.records,
        };
      }),
    };
  });
  return { responses, complete: failed || bytes >= request.minBytes, logs };
}

function failure(partitionIndex: number, error: ErrorName): PartitionResponse {
  return { partitionIndex, errorCode: errorCodes[error], highWatermark: -1, abortedTransactions: null, records: [] };
}

/** Resolves when one of the logs changes, the wait is over or the connection closes. */
function nextChange(logs: readonly PartitionLog[], wait: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      for (const stop of stops) stop();
      resolve();
    };
    const timer = setTimeout(done, wait);
    signal.addEventListener('abort', done, { once: true });
    const stops = logs.map((log) => log.onChange(done));
  });
}
