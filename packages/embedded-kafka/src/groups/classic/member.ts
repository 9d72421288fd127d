import type { ErrorName } from '../../core/error-codes.ts';
import type {
  GroupProtocol,
  JoinedMember,
  JoinRequest,
  JoinResult,
  MemberDescription,
  SyncRequest,
  SyncResult,
} from '../any/group-requests.ts';

const noBytes: Buffer = Buffer.alloc(0);

/** The response to a join that failed. */
export function failedJoin(error: ErrorName, memberId: string): JoinResult {
  return { error, memberId, generationId: -1, protocolType: null, protocolName: null, leader: '', skipAssignment: false, members: [] };
}

/** The response to a sync that failed. */
export function failedSync(error: ErrorName): SyncResult {
  return { error, protocolType: null, protocolName: null, assignment: noBytes };
}

/** One member of a group: its metadata, its assignment, and its delayed join or sync. */
export class Member {
  /** Changes only when another process takes over the instance id of a static member. */
  memberId: string;
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  sessionTimeoutMs: number;
  rebalanceTimeoutMs: number;
  protocols: readonly GroupProtocol[];
  assignment: Buffer = noBytes;
  /** Until its first generation, a member sends no heartbeats: only its delayed join shows that it is alive. */
  isNew = true;
  /** Whether its SyncGroup request for this generation is missing. */
  isPendingSync = false;
  #join: DelayedOperation<JoinResult> | undefined;
  #sync: DelayedOperation<SyncResult> | undefined;

  constructor(memberId: string, request: JoinRequest) {
    this.memberId = memberId;
    this.groupInstanceId = request.groupInstanceId;
    this.clientId = request.clientId ?? '';
    this.clientHost = request.clientHost;
    this.sessionTimeoutMs = request.sessionTimeoutMs;
    this.rebalanceTimeoutMs = rebalanceTimeoutOf(request);
    this.protocols = copyOf(request.protocols);
  }

  get isAwaitingJoin(): boolean {
    return this.#join !== undefined;
  }

  /** Whether a join or sync of the member is delayed: then it needs no heartbeats. */
  get isDelayed(): boolean {
    return this.#join !== undefined || this.#sync !== undefined;
  }

  /** Takes the values of a later join of the same member. */
  update(request: JoinRequest): void {
    this.sessionTimeoutMs = request.sessionTimeoutMs;
    this.rebalanceTimeoutMs = rebalanceTimeoutOf(request);
    this.protocols = copyOf(request.protocols);
  }

  delayJoin(signal: AbortSignal | undefined): Promise<JoinResult> {
    // The client sent its request again on another connection and no longer reads the first response.
    this.answerJoin(failedJoin('REBALANCE_IN_PROGRESS', this.memberId));
    this.#join = new DelayedOperation(failedJoin('NETWORK_EXCEPTION', this.memberId), signal);
    return this.#join.promise;
  }

  delaySync(request: SyncRequest): Promise<SyncResult> {
    this.answerSync(failedSync('REBALANCE_IN_PROGRESS'));
    this.#sync = new DelayedOperation(failedSync('NETWORK_EXCEPTION'), request.signal);
    return this.#sync.promise;
  }

  /** Answers the delayed join, if there is one. */
  answerJoin(result: JoinResult): void {
    this.#join?.answer(result);
    this.#join = undefined;
  }

  /** Answers the delayed sync, if there is one. */
  answerSync(result: SyncResult): void {
    this.#sync?.answer(result);
    this.#sync = undefined;
  }

  supports(protocolName: string): boolean {
    return this.protocols.some(({ name }) => name === protocolName);
  }

  /** Whether `protocols` are the member's own, with the same metadata and in the same order. */
  matches(protocols: readonly GroupProtocol[]): boolean {
    return (
      protocols.length === this.protocols.length &&
      this.protocols.every(({ name, metadata }, i) => name === protocols[i]?.name && metadata.equals(protocols[i].metadata))
    );
  }

  metadata(protocolName: string | null): Buffer {
    return this.protocols.find(({ name }) => name === protocolName)?.metadata ?? noBytes;
  }

  joined(protocolName: string | null): JoinedMember {
    return { memberId: this.memberId, groupInstanceId: this.groupInstanceId, metadata: this.metadata(protocolName) };
  }

  /** `protocolName` is null while no protocol is selected. */
  describe(protocolName: string | null): MemberDescription {
    const { memberId, groupInstanceId, clientId, clientHost } = this;
    const memberAssignment = protocolName === null ? noBytes : this.assignment;
    return { memberId, groupInstanceId, clientId, clientHost, memberMetadata: this.metadata(protocolName), memberAssignment };
  }
}

function rebalanceTimeoutOf({ rebalanceTimeoutMs, sessionTimeoutMs }: JoinRequest): number {
  return rebalanceTimeoutMs < 0 ? sessionTimeoutMs : rebalanceTimeoutMs;
}

/** The bytes of a request may be a view of what the socket received, and a member lives much longer. */
function copyOf(protocols: readonly GroupProtocol[]): GroupProtocol[] {
  return protocols.map(({ name, metadata }) => ({ name, metadata: Buffer.from(metadata) }));
}

/**
 * A request that waits for other members, as in Kafka's purgatory. It is answered exactly once, by whatever comes
 * first.
 * When its connection closes, the promise resolves, but the operation stays for the group: a client that lost its
 * connection in the middle of a rebalance belongs to the next generation. Apache Kafka behaves the same, as it does not
 * watch the connection of a delayed request.
 */
export class DelayedOperation<T> {
  readonly promise: Promise<T>;
  readonly #resolve: (result: T) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort: () => void;

  /** `abandoned` is the answer when `signal` aborts first. */
  constructor(abandoned: T, signal: AbortSignal | undefined) {
    const { promise, resolve } = Promise.withResolvers<T>();
    this.promise = promise;
    this.#resolve = resolve;
    this.#signal = signal;
    this.#onAbort = () => this.answer(abandoned);
    if (signal?.aborted) this.#onAbort();
    else signal?.addEventListener('abort', this.#onAbort);
  }

  /** Answers the request, unless it was answered before. */
  answer(result: T): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#resolve(result);
  }
}
