import { baggageField } from '../formats/baggage.ts';
import { logError } from '../headers/guard.ts';
import { familyOf, knownField } from '../headers/header-field.ts';
import { writeHeaders } from '../headers/write-headers.ts';
import { type CallersBaggage, callersBaggage } from './callers-baggage.ts';
import type { InjectedHeaders } from './injected-headers.ts';

/** The headers of one trace context, ready to be written into any number of messages. */
export interface Injection {
  /**
   * A new headers object of the same shape as `headers` (record, `Map`, array of pairs or of single-key objects; a record
   * when absent), with every variant of every known trace header replaced by this context's. `headers` is never changed.
   */
  into<H>(headers: H): H;
}

export function injectionOf(injected: InjectedHeaders): Injection {
  return {
    into(headers) {
      try {
        return write(headers, injected) as typeof headers;
      } catch (error) {
        // Getters and proxies of the caller that throw: the client shall meet them, and report them, itself.
        logError('copying headers failed, so they go out as they are', error);
        return headers;
      }
    },
  };
}

const isNever = (): boolean => false;

function write(headers: unknown, injected: InjectedHeaders): unknown {
  if (headers !== undefined && headers !== null) return writeInto(headers, injected);
  // Nothing is stale where nothing is: most messages are sent without headers of their own.
  const { entries, event } = injected;
  return writeHeaders(headers, isNever, event.length === 0 ? entries : [...entries, ...event]);
}

function writeInto(headers: unknown, injected: InjectedHeaders): unknown {
  const { fields, kept, mayKeepBaggage, event } = injected;
  let isEvent = false;
  let baggage: CallersBaggage | undefined;
  const isStale = (name: string): boolean => {
    const field = knownField(name);
    if (field === undefined) return familyOf(name) !== undefined || (fields.size > 0 && fields.has(name.toLowerCase()));
    if (field.isKept) {
      isEvent = true;
      return false;
    }
    if ((kept & field.bit) !== 0) return false;
    if (field !== baggageField || !mayKeepBaggage) return true;
    baggage ??= callersBaggage(headers, injected);
    return baggage !== 'as it is';
  };
  const copy = withCallersBaggage(writeHeaders(headers, isStale, injected.entries), baggage);
  return isEvent || event.length === 0 ? copy : writeHeaders(copy, isNever, event);
}

/** Headers from which the caller's `baggage` was taken, with what is in its place. */
export function withCallersBaggage(headers: unknown, baggage: CallersBaggage | undefined): unknown {
  if (baggage === undefined || baggage === 'as it is' || baggage.text === '') return headers;
  return writeHeaders(headers, isNever, [[baggageField.name, baggage.text]]);
}
