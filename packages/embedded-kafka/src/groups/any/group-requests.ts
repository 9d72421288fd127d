import type { ErrorName } from '../../core/error-codes.ts';

/** One assignor that a member supports, and the member's metadata for it. */
export interface GroupProtocol {
  readonly name: string;
  readonly metadata: Buffer;
}

/** A JoinGroup request without the group id. */
export interface JoinRequest {
  /** Empty for a member without an id. */
  readonly memberId: string;
  /** Set for a static member (KIP-345). */
  readonly groupInstanceId: string | null;
  readonly protocolType: string;
  /** In the member's order of preference. */
  readonly protocols: readonly GroupProtocol[];
  readonly sessionTimeoutMs: number;
  /** Negative in version 0, which has none: the session timeout applies. */
  readonly rebalanceTimeoutMs: number;
  readonly clientId: string | null;
  readonly clientHost: string;
  /** From version 4 on, a dynamic member first receives its id and joins again with it (KIP-394). */
  readonly requireKnownMemberId: boolean;
  /** From version 9 on, a static leader that rejoins may skip the assignment (KIP-814). */
  readonly supportsSkippingAssignment: boolean;
  /** Aborts when the connection closes: the promise resolves with NETWORK_EXCEPTION, and the member stays. */
  readonly signal?: AbortSignal | undefined;
}

/** A member as the leader sees it for the assignment. */
export interface JoinedMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly metadata: Buffer;
}

/** The response to a {@link JoinRequest}. With an error, `generationId` is -1 and only the member id is set. */
export interface JoinResult {
  readonly error: ErrorName;
  readonly generationId: number;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  /** The id of the leader. */
  readonly leader: string;
  readonly skipAssignment: boolean;
  readonly memberId: string;
  /** All members for the leader, empty for the others. */
  readonly members: readonly JoinedMember[];
}

/** How a member identifies itself in a generation. */
export interface GenerationIdentity {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly generationId: number;
}

/** A SyncGroup request without the group id. */
export interface SyncRequest extends GenerationIdentity {
  /** Null before version 5. */
  readonly protocolType: string | null;
  /** Null before version 5. */
  readonly protocolName: string | null;
  /** The leader's assignments. A member that is missing receives an empty assignment. */
  readonly assignments: readonly { readonly memberId: string; readonly assignment: Buffer }[];
  /** As in {@link JoinRequest.signal}. */
  readonly signal?: AbortSignal | undefined;
}

/** The response to a {@link SyncRequest}. */
export interface SyncResult {
  readonly error: ErrorName;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly assignment: Buffer;
}

/** A leaving member: its id, or only its instance id when an administrator removes a static member. */
export interface LeavingMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
}

/** The response to LeaveGroup, with the members in the order of the request. */
export interface LeaveResult {
  readonly error: ErrorName;
  readonly members: readonly (LeavingMember & { readonly error: ErrorName })[];
}

/**
 * The response to OffsetDelete, with the partitions in the order of the request; no partitions when there is an error.
 */
export interface DeleteOffsetsResult {
  readonly error: ErrorName;
  readonly partitions: readonly ErrorName[];
}

/** A group as DescribeGroups describes it. */
export interface GroupDescription {
  readonly groupId: string;
  readonly state: GroupState;
  readonly generationId: number;
  readonly protocolType: string;
  /** The selected assignor; empty unless the group is stable. */
  readonly protocolName: string;
  readonly members: readonly MemberDescription[];
}

/** A member as DescribeGroups describes it; metadata and assignment are empty unless the group is stable. */
export interface MemberDescription {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly memberMetadata: Buffer;
  readonly memberAssignment: Buffer;
}

/** The states of a classic group, as ListGroups and DescribeGroups spell them. */
export type ClassicGroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead';

/** The states of a group: a classic one, or one of the consumer protocol, which assigns and reconciles. */
export type GroupState = ClassicGroupState | 'Assigning' | 'Reconciling';
