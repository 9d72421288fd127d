import { AssignerProtocol } from 'kafkajs';
import type { Answers } from './answers.ts';
import type { RawConnection } from './raw-connection.ts';

/** How a JoinGroup request differs from the default. */
export interface JoinOptions {
  readonly memberId?: string;
  readonly groupInstanceId?: string;
  /** In milliseconds. @default 10_000 */
  readonly sessionTimeout?: number;
  /** In milliseconds. @default 10_000 */
  readonly rebalanceTimeout?: number;
  /** Names of the assignment protocols, best first. @default ['range'] */
  readonly protocols?: readonly string[];
  /** The topics to which the member subscribes; the leader sees them. @default ['orders'] */
  readonly topics?: readonly string[];
}

/** Sends one JoinGroup request. The broker answers it when the rebalance ends, and nothing else on the connection until then. */
export async function joinOnce(
  connection: RawConnection,
  groupId: string,
  {
    memberId = '',
    groupInstanceId,
    sessionTimeout = 10_000,
    rebalanceTimeout = 10_000,
    protocols = ['range'],
    topics = ['orders'],
  }: JoinOptions = {},
): Promise<Answers['JoinGroup']> {
  const metadata = AssignerProtocol.MemberMetadata.encode({ version: 0, topics: [...topics], userData: Buffer.alloc(0) });
  const groupProtocols = protocols.map((name) => ({ name, metadata }));
  const body = { groupId, sessionTimeout, rebalanceTimeout, memberId, groupInstanceId, protocolType: 'consumer', groupProtocols };
  return connection.ask('JoinGroup', 5, body);
}

/** Joins as clients do: gets a member id first when the broker requires it. */
export async function join(connection: RawConnection, groupId: string, options: JoinOptions = {}): Promise<Answers['JoinGroup']> {
  const answer = await joinOnce(connection, groupId, options);
  return answer.error === 'MEMBER_ID_REQUIRED' ? joinOnce(connection, groupId, { ...options, memberId: answer.memberId }) : answer;
}

/** A member of one generation of a group. */
export interface Membership {
  readonly generationId: number;
  readonly memberId: string;
}

/** Sends SyncGroup: the leader sends all assignments by member id, the others none. Resolves with the member's own assignment. */
export async function sync(
  connection: RawConnection,
  groupId: string,
  { generationId, memberId }: Membership,
  assignments: Readonly<Record<string, string>> = {},
): Promise<{ error: string; assignment: string }> {
  const groupAssignment = Object.entries(assignments).map(([member, assignment]) => ({
    memberId: member,
    memberAssignment: Buffer.from(assignment),
  }));
  const { error, memberAssignment } = await connection.ask('SyncGroup', 3, { groupId, generationId, memberId, groupAssignment });
  return { error, assignment: String(memberAssignment) };
}

/** Joins an empty group and assigns itself `all`, so that the group is stable. */
export async function joinAlone(connection: RawConnection, groupId: string, options: JoinOptions = {}): Promise<Membership> {
  const { generationId, memberId } = await join(connection, groupId, options);
  await sync(connection, groupId, { generationId, memberId }, { [memberId]: 'all' });
  return { generationId, memberId };
}

export async function heartbeat(
  connection: RawConnection,
  groupId: string,
  { generationId, memberId }: Membership,
  groupInstanceId: string | null = null,
): Promise<string> {
  const { error } = await connection.ask('Heartbeat', 3, { groupId, groupGenerationId: generationId, memberId, groupInstanceId });
  return error;
}

/** Sends heartbeats until one is answered with an error, and resolves with that error. */
export async function heartbeatUntilTold(connection: RawConnection, groupId: string, member: Membership): Promise<string> {
  for (;;) {
    const told = await heartbeat(connection, groupId, member);
    if (told !== 'NONE') return told;
  }
}

export async function leave(connection: RawConnection, groupId: string, memberId: string): Promise<string> {
  const { error, members } = await connection.ask('LeaveGroup', 3, { groupId, memberId });
  return error === 'NONE' ? (members[0]?.error ?? 'no answer') : error;
}

/** The topics of a member's subscription, as the leader sees them. */
export function subscribedTopics(member: Answers['JoinGroup']['members'][number]): readonly string[] {
  return AssignerProtocol.MemberMetadata.decode(member.memberMetadata)?.topics ?? [];
}
