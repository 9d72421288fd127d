import type { Partition } from '../../cluster/partition.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { ErrorName } from '../../core/error-codes.ts';
import type { Subject } from '../../faults/subjects.ts';
import type { Authentication } from '../../security/authentication.ts';
import type { ApiName, Request, Response } from '../../wire/apis/apis.ts';

/** What a handler knows besides the body of its request. */
export interface RequestContext {
  readonly cluster: Cluster;
  /** The broker that received the request. */
  readonly nodeId: number;
  readonly version: number;
  readonly clientId: string | null;
  /** The client's address as Java prints it and groups describe it, with a leading slash. */
  readonly clientHost: string;
  /** The authentication of the request's connection. */
  readonly authentication: Authentication;
  /** Aborts when the connection closes, which completes the delayed operations of the request. */
  readonly signal: AbortSignal;
  /**
   * The error that a fault gives to a part of the request, which then must not be processed; NONE without one. A
   * handler calls it wherever it may return an error: for each partition, topic or group, or for the whole request.
   */
  readonly faultError: (part?: Subject) => ErrorName;
  /**
   * The error that a fault gives to the request, whatever part of it the fault is about; NONE without one. A handler
   * takes it where a response has one error for all that its request names.
   */
  readonly requestFaultError: ErrorName;
}

/** Handles the requests of one API; returns `undefined` for a request that expects no response. */
export type Handler<A extends ApiName> = (
  request: Request<A>,
  context: RequestContext,
) => Response<A> | undefined | Promise<Response<A> | undefined>;

/** A partition as a request names it. */
interface NamedPartition {
  /** `undefined` for an unknown topic id. */
  readonly topic: string | undefined;
  readonly partition: number;
  /** The leader epoch that the client knows; -1 when it knows none (KIP-320). @default -1 */
  readonly leaderEpoch?: number;
}

/**
 * The partition, when this broker leads it in the leader epoch that the client knows; otherwise the error that makes
 * the client refresh its metadata.
 */
export function requireLeader(
  { topic, partition: index, leaderEpoch = -1 }: NamedPartition,
  context: RequestContext,
): Partition | ErrorName {
  const fault = context.faultError({ topic, partition: index });
  if (fault !== 'NONE') return fault;
  const partition = topic === undefined ? undefined : context.cluster.topics.partition(topic, index);
  if (partition === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION';
  if (partition.leader !== context.nodeId) return 'NOT_LEADER_OR_FOLLOWER';
  const error = partition.log.checkLeaderEpoch(leaderEpoch);
  return error === 'NONE' ? partition : error;
}

/** NONE when this broker coordinates the group; otherwise the error that makes the client look up the coordinator. */
export function groupError(group: string, context: RequestContext): ErrorName {
  const fault = context.faultError({ group });
  return fault === 'NONE' ? notCoordinator(group, context) : fault;
}

/** NONE when this broker coordinates the transactional id; otherwise the error that makes the client look it up. */
export function transactionError(transactionalId: string, context: RequestContext): ErrorName {
  const fault = context.faultError();
  return fault === 'NONE' ? notCoordinator(transactionalId, context) : fault;
}

function notCoordinator(key: string, { cluster, nodeId }: RequestContext): ErrorName {
  return cluster.coordinatorOf(key)?.nodeId === nodeId ? 'NONE' : 'NOT_COORDINATOR';
}
