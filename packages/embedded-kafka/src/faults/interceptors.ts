import type { ApiName, Response } from '../wire/apis.ts';
import type { ArrivedRequest } from './fault.ts';

/** The answer of a request; `undefined` where it wants none. */
export type Answer<A extends ApiName> = Response<A> | undefined;

/**
 * Stands between a broker and the requests of one API. `next` does the request and gives its answer, and may be left out.
 * What is returned is answered; a throw closes the connection; a promise that never settles is silence.
 */
export type Interceptor<A extends ApiName> = (request: ArrivedRequest<A>, next: () => Promise<Answer<A>>) => Answer<A> | Promise<Answer<A>>;

/** The interceptors that are set: of one API, the oldest is the outermost. */
export class Interceptors {
  readonly #byApi = new Map<ApiName, Set<Interceptor<ApiName>>>();

  /** @returns takes the interceptor back */
  add<A extends ApiName>(api: A, interceptor: Interceptor<A>): () => void {
    const ofApi = this.#byApi.get(api) ?? new Set();
    this.#byApi.set(api, ofApi);
    // The map keeps each under the one API that it was given for.
    const general = interceptor as unknown as Interceptor<ApiName>;
    ofApi.add(general);
    return () => void ofApi.delete(general);
  }

  /** Does the request through all interceptors of its API. */
  async run<A extends ApiName>(request: ArrivedRequest<A>, apply: () => Promise<Answer<A>>): Promise<Answer<A>> {
    let next = apply as () => Promise<Answer<ApiName>>;
    for (const interceptor of [...(this.#byApi.get(request.api) ?? [])].reverse()) {
      const inner = next;
      next = async () => interceptor(request as ArrivedRequest, inner);
    }
    return (await next()) as Answer<A>;
  }
}
