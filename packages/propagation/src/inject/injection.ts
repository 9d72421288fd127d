import { diag } from '@opentelemetry/api';
import type { InjectedHeaders } from './injected-headers.ts';
import type { Injection } from './injection-interface.ts';
import { knownHeader, uberctxKey } from '../headers/header-field.ts';
import { writeHeaders } from '../headers/write-headers.ts';

/** The one implementation of {@link Injection}. */
export class HeaderInjection implements Injection {
  readonly #injected: InjectedHeaders;
  readonly #hasCreationContext: (headers: unknown) => boolean;

  /** @param hasCreationContext asked only about headers that carry a `baggage` that might stay */
  constructor(injected: InjectedHeaders, hasCreationContext: (headers: unknown) => boolean) {
    this.#injected = injected;
    this.#hasCreationContext = hasCreationContext;
  }

  into<H>(headers: H): H {
    try {
      return this.#write(headers) as H;
    } catch (error) {
      // Getters and proxies of the caller that throw: the client shall meet them, and report them, itself.
      diag.debug('@tracelink/propagation: headers could not be copied, so they go out as they are', error);
      return headers;
    }
  }

  #write(headers: unknown): unknown {
    const { fields, mayKeepBaggage, event } = this.#injected;
    let isEvent = false;
    let baggage: 'keep' | 'replace' | undefined;
    const isStale = (name: string): boolean => {
      const known = knownHeader(name)?.name;
      if (known === undefined) return uberctxKey(name) !== undefined || (fields.size > 0 && fields.has(name.toLowerCase()));
      if (known === 'ce_traceparent' || known === 'ce_tracestate') {
        isEvent = true;
        return false;
      }
      if (known !== 'baggage' || !mayKeepBaggage) return true;
      baggage ??= this.#hasCreationContext(headers) ? 'replace' : 'keep';
      return baggage === 'replace';
    };
    const copy = writeHeaders(headers, isStale, this.#injected.entries);
    return isEvent || event.length === 0 ? copy : writeHeaders(copy, () => false, event);
  }
}
