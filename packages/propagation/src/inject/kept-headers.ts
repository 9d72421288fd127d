import type { Context } from '@opentelemetry/api';
import { untrustedHeaders } from '../extract/untrusted-headers.ts';
import { baggageField } from '../formats/baggage.ts';
import { logError } from '../headers/guard.ts';
import { familyOf, knownField } from '../headers/header-field.ts';
import { type IsStale, writeHeaders } from '../headers/write-headers.ts';
import { filteredBaggage } from './callers-baggage.ts';
import { injectionOf, withCallersBaggage } from './injection.ts';
import { type InjectSettings, injectedHeaders } from './injected-headers.ts';

/**
 * See `KafkaPropagation.kept`. That a context stays is the choice of who sends the message; where it may go is that of who wrote the
 * options, for headers that come from a table or from another system as well.
 */
export function keptHeaders<H>(headers: H, context: Context, topic: string, settings: InjectSettings): H {
  const outbound = settings.outbound(topic);
  if (outbound === 'none') return injectionOf(injectedHeaders(context, topic, undefined, settings)).into(headers);
  try {
    return (outbound === 'trace' ? writeHeaders(headers, isBaggage, []) : withAllowed(headers, context, settings)) as H;
  } catch (error) {
    logError('copying headers failed, so they go out as they are', error);
    return headers;
  }
}

/** Of every format. */
const isBaggage: IsStale = (name) => (knownField(name)?.baggage ?? 'none') !== 'none' || familyOf(name) !== undefined;

/** What the option `baggage` lets pass; without it everything but copies of what an untrusted sender wrote. */
function withAllowed(headers: unknown, context: Context, { baggageKeys: keys }: InjectSettings): unknown {
  const untrusted = untrustedHeaders.get(context);
  if (keys === undefined && untrusted === undefined) return headers;
  const baggage = filteredBaggage(headers, keys, untrusted);
  const isStale: IsStale = (name) => {
    const field = knownField(name);
    if (field === baggageField) return baggage !== 'as it is';
    if (keys === undefined) return false;
    const family = field === undefined ? familyOf(name) : undefined;
    return family === undefined ? field?.baggage === 'members' : !keys.has(name.slice(family.prefix.length));
  };
  return withCallersBaggage(writeHeaders(headers, isStale, []), baggage);
}
