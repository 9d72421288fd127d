import { untrustedHeaders, type UntrustedHeaders } from '../extract/untrusted-headers.ts';
import { baggageField, filterBaggage, formatBaggage, parseBaggage, withoutForeignMembers } from '../formats/baggage.ts';
import { forEachHeader } from '../headers/for-each-header.ts';
import { familyOf, knownField } from '../headers/header-field.ts';
import { TraceHeaders } from '../headers/trace-headers.ts';
import type { InjectedHeaders } from './injected-headers.ts';

/** What becomes of a `baggage` header of the caller's: it stays as it is, or this text, which may be empty, takes its place. */
export type CallersBaggage = 'as it is' | { readonly text: string };

const gone: CallersBaggage = { text: '' };

/**
 * What becomes of `baggage` in a message that gets no other one. On a new message it is the caller's choice, of which the allow-list, or
 * without one the filter of foreign members, lets pass what it lets pass of received baggage. Beside another trace header it was copied
 * from a message, and that message's baggage is the context's matter.
 */
export function callersBaggage(headers: unknown, { context, baggageKeys, fields }: InjectedHeaders): CallersBaggage {
  if (hasOtherTraceHeader(headers, fields)) return gone;
  return filteredBaggage(headers, baggageKeys, untrustedHeaders.get(context));
}

/** The same in a message whose trace headers stay. */
export function filteredBaggage(
  headers: unknown,
  keys: ReadonlySet<string> | undefined,
  untrusted: UntrustedHeaders | undefined,
): CallersBaggage {
  const known = new TraceHeaders(headers);
  const text = untrusted === undefined ? known.joined(baggageField) : chosenText(known, untrusted);
  const read = text === undefined ? undefined : parseBaggage(text);
  const passing = keys === undefined ? withoutForeignMembers(read) : filterBaggage(read, keys);
  if (keys === undefined && passing === read) return untrusted === undefined ? 'as it is' : { text: text ?? '' };
  return passing === undefined ? gone : { text: formatBaggage(passing) };
}

/** The members that the handler of an untrusted message did not copy from it, as they stand there. */
function chosenText(known: TraceHeaders, untrusted: UntrustedHeaders): string | undefined {
  const members = known.texts(baggageField).toReversed().join().split(',');
  const chosen = members.filter((member) => member.trim() !== '' && !untrusted.hasMember(member));
  return chosen.length === 0 ? undefined : chosen.join();
}

/** An event's own headers are the application's, as those that stay because no one put them there. */
function hasOtherTraceHeader(headers: unknown, fields: ReadonlySet<string>): boolean {
  let found = false;
  forEachHeader(headers, (name, value) => {
    const field = knownField(name);
    // The client sends none that is `undefined`.
    if (field === baggageField || field?.isKept === true || value === undefined) return;
    found ||= field !== undefined || familyOf(name) !== undefined || fields.has(name.toLowerCase());
  });
  return found;
}
