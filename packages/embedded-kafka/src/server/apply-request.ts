import type { Cluster } from '../cluster/cluster.ts';
import type { ArrivedRequest } from '../faults/fault.ts';
import { ActiveFault } from '../faults/active-fault.ts';
import type { Answer } from '../faults/interceptors.ts';
import type { RequestControl } from '../faults/faults.ts';
import { requestSubjects } from '../faults/subjects.ts';
import { AuthenticationError } from '../security/exchange.ts';
import type { Authentication } from '../security/authentication.ts';
import type { ApiName } from '../wire/apis/apis.ts';
import type { DecodedRequest } from '../wire/requests.ts';
import { WireError } from '../wire/bytes/wire-error.ts';
import type { Gate } from './flow-control.ts';
import { handlers } from './handlers/handlers.ts';
import type { Handler, RequestContext } from './handlers/request-context.ts';

/** The client that sent a request, and the broker that received it. */
export interface RequestOrigin {
  readonly cluster: Cluster;
  readonly control: RequestControl;
  readonly nodeId: number;
  /** Holds back all requests of the broker while it is closed. */
  readonly gate: Gate;
  readonly clientHost: string;
  readonly authentication: Authentication;
  readonly signal: AbortSignal;
}

/**
 * Processes a request under the fault that hits it and through the interceptors of its API.
 *
 * @param bytes the size of the request's frame
 * @returns the response; `undefined` for a request that expects none
 * @throws {WireError} for an unsupported API, {@link AuthenticationError} for a request before authentication, {@link
 *   ConnectionDropped} when a fault closes the connection
 */
export async function applyRequest<A extends ApiName>(
  request: DecodedRequest<A>,
  bytes: number,
  { control, gate, ...origin }: RequestOrigin,
): Promise<Answer<A>> {
  const { cluster, nodeId, signal, authentication } = origin;
  if (!authentication.allows(request.api)) throw new AuthenticationError(`a request of ${request.api} before authentication`);
  // Faults, interceptors and the recorder take a request of any API: its type is the union.
  const arrived = { ...request, nodeId } as unknown as ArrivedRequest;
  control.recorder.record(arrived, bytes);
  const handler = handlers[request.api] as Handler<A> | undefined;
  if (handler === undefined) throw new WireError('unsupported_api', `a request of ${request.api}, which this broker does not support`);
  const nameOf = (topicId: string): string | undefined => cluster.topics.getById(topicId)?.name;
  const taken = control.faults.take(arrived, () => requestSubjects(arrived, nameOf));
  const fault = taken && new ActiveFault(taken, { clock: cluster.options.clock, signal, nameOf });
  const { version, clientId } = request;
  const faultError: RequestContext['faultError'] = (part) => fault?.errorOf(part) ?? 'NONE';
  const context: RequestContext = { ...origin, version, clientId, faultError, requestFaultError: fault?.error ?? 'NONE' };
  await fault?.before();
  const response = await control.interceptors.run<A>(arrived as ArrivedRequest<A>, async () => {
    // A pause may have begun while a fault or an interceptor held the request.
    if (gate.isClosed) {
      await gate.passed();
      if (signal.aborted) return undefined;
    }
    return handler(request.body, context);
  });
  return fault === undefined ? response : fault.after(response);
}
