import type { ApiName, Response } from '../wire/apis/apis.ts';
import type { ArrivedRequest } from './fault.ts';

/** The response to a request; `undefined` when the request expects none, as Produce with `acks` 0. */
export type Answer<A extends ApiName> = Response<A> | undefined;

/**
 * Intercepts the requests of one API. `next` processes the request and resolves with its response; calling it is
 * optional. The broker sends what the interceptor returns, closes the connection when it throws, and stays silent when
 * its promise never settles.
 */
export type Interceptor<A extends ApiName> = (request: ArrivedRequest<A>, next: () => Promise<Answer<A>>) => Answer<A> | Promise<Answer<A>>;

/** The interceptors that are set. Of the interceptors of one API, the oldest is the outermost. */
export class Interceptors {
  readonly #byApi = new Map<ApiName, Set<Interceptor<ApiName>>>();

  /**
   * Adds the innermost interceptor of an API, for the requests that arrive from now on.
   *
   * @returns removes the interceptor; requests that it has begun are not taken from it
   */
  add<A extends ApiName>(api: A, interceptor: Interceptor<A>): () => void {
    const ofApi = this.#byApi.get(api) ?? new Set();
    this.#byApi.set(api, ofApi);
    // The map keeps each interceptor under the API that it was given for.
    const general = interceptor as unknown as Interceptor<ApiName>;
    ofApi.add(general);
    return () => void ofApi.delete(general);
  }

  /** Processes the request through all interceptors of its API. */
  async run<A extends ApiName>(request: ArrivedRequest<A>, apply: () => Promise<Answer<A>>): Promise<Answer<A>> {
    let next = apply as () => Promise<Answer<ApiName>>;
    for (const interceptor of [...(this.#byApi.get(request.api) ?? [])].reverse()) {
      const inner = next;
      next = async () => interceptor(request as ArrivedRequest, inner);
    }
    return (await next()) as Answer<A>;
  }
}
