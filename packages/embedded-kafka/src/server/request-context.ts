import type { Cluster } from '../cluster/cluster.ts';
import type { ErrorName } from '../error-codes.ts';
import type { Subject } from '../faults/request-subjects.ts';
import type { Authentication } from '../security/authentication.ts';
import type { ApiName, Request, Response } from '../wire/apis.ts';

/** What a handler knows beside the body of its request. */
export interface RequestContext {
  readonly cluster: Cluster;
  /** The broker that got the request. */
  readonly nodeId: number;
  readonly version: number;
  readonly clientId: string | null;
  /** The client's address as Java prints one and groups show it: with a slash in front. */
  readonly clientHost: string;
  /** Of the connection that it came on. */
  readonly authentication: Authentication;
  /** Aborts when the connection closes: what is parked for it goes. */
  readonly signal: AbortSignal;
  /**
   * The error that a fault gives to this part of the request, which then is not to be done; NONE for most. A handler
   * asks wherever it finds an error of its own: of each partition, topic or group, and of the request without a part.
   */
  readonly faultError: (part?: Subject) => ErrorName;
}

/** Answers the requests of one API; `undefined` is for those that want no answer. */
export type Handler<A extends ApiName> = (
  request: Request<A>,
  context: RequestContext,
) => Response<A> | undefined | Promise<Response<A> | undefined>;
