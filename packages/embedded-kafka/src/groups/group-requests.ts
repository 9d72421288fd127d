import type { ErrorName } from '../error-codes.ts';

/** One assignor that a member can work with, and what it says of itself to that assignor. */
export interface GroupProtocol {
  readonly name: string;
  readonly metadata: Buffer;
}

/** JoinGroup, without the group's id. */
export interface JoinRequest {
  /** Empty for a member that has no id yet. */
  readonly memberId: string;
  /** Set for a static member (KIP-345). */
  readonly groupInstanceId: string | null;
  readonly protocolType: string;
  /** In the order of the member's preference. */
  readonly protocols: readonly GroupProtocol[];
  readonly sessionTimeoutMs: number;
  /** Negative where the request's version has none (version 0): then it is the session timeout. */
  readonly rebalanceTimeoutMs: number;
  readonly clientId: string | null;
  readonly clientHost: string;
  /** From version 4 on a dynamic member is first told its id and joins with it (KIP-394). */
  readonly requireKnownMemberId: boolean;
  /** From version 9 on a static leader that comes back is told that it need not assign (KIP-814). */
  readonly supportsSkippingAssignment: boolean;
  /** Aborts when the connection closes: the answer comes at once and says so, and the member stays. */
  readonly signal?: AbortSignal | undefined;
}

/** A member as the leader sees it when it assigns. */
export interface JoinedMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly metadata: Buffer;
}

/** The answer to a {@link JoinRequest}. With an error, `generationId` is -1 and nothing is known but the member's id. */
export interface JoinResult {
  readonly error: ErrorName;
  readonly generationId: number;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  /** Id of the member that assigns. */
  readonly leader: string;
  readonly skipAssignment: boolean;
  readonly memberId: string;
  /** All members for the leader, none for the others. */
  readonly members: readonly JoinedMember[];
}

/** How a member of a generation names itself. */
export interface GenerationIdentity {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly generationId: number;
}

/** SyncGroup, without the group's id. */
export interface SyncRequest extends GenerationIdentity {
  /** Null before version 5. */
  readonly protocolType: string | null;
  /** Null before version 5. */
  readonly protocolName: string | null;
  /** From the leader only: who gets what. A member that it leaves out gets an empty assignment. */
  readonly assignments: readonly { readonly memberId: string; readonly assignment: Buffer }[];
  /** As in {@link JoinRequest.signal}. */
  readonly signal?: AbortSignal | undefined;
}

/** The answer to a {@link SyncRequest}. */
export interface SyncResult {
  readonly error: ErrorName;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly assignment: Buffer;
}

/** Who leaves: an id, or only an instance id when an administrator removes a static member. */
export interface LeavingMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
}

/** The answer to a leave, the members in the request's order. */
export interface LeaveResult {
  readonly error: ErrorName;
  readonly members: readonly (LeavingMember & { readonly error: ErrorName })[];
}

/** The answer to a deletion of offsets, the partitions in the request's order; none of them with an error. */
export interface DeleteOffsetsResult {
  readonly error: ErrorName;
  readonly partitions: readonly ErrorName[];
}

/** A group as DescribeGroups shows it. */
export interface GroupDescription {
  readonly groupId: string;
  readonly state: GroupState;
  readonly generationId: number;
  readonly protocolType: string;
  /** The assignor of this generation; empty unless the group is stable. */
  readonly protocolName: string;
  readonly members: readonly MemberDescription[];
}

/** A member as DescribeGroups shows it; metadata and assignment are empty unless the group is stable. */
export interface MemberDescription {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly memberMetadata: Buffer;
  readonly memberAssignment: Buffer;
}

/** The states of a classic group, spelled as ListGroups and DescribeGroups spell them. */
export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead';
