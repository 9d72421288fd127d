import type { Cluster } from '../cluster/cluster.ts';
import type { ErrorName } from '../error-codes.ts';
import type { Subject } from '../faults/subjects.ts';
import type { Authentication } from '../security/authentication.ts';
import type { ApiName, Request, Response } from '../wire/apis.ts';

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
}

/** Handles the requests of one API; returns `undefined` for a request that expects no response. */
export type Handler<A extends ApiName> = (
  request: Request<A>,
  context: RequestContext,
) => Response<A> | undefined | Promise<Response<A> | undefined>;
