import { headerField } from '../headers/header-field.ts';
import type { Carried, HeaderFormat } from './header-format.ts';
import { isId } from './ids.ts';

const length = 49;
const dash = '-';
const sentryTrace = headerField('sentry-trace', { limit: 51, text: 'ascii', grammar: parseSentryTrace });

/** Sentry's SDKs. What they put into `baggage` (`sentry-*`) belongs to the header, and stays out of the application's baggage. */
export const sentry: HeaderFormat = {
  carries: 'hop',
  fields: [sentryTrace],
  propagatorFields: ['sentry-trace'],
  extract: (headers) => headers.last(sentryTrace, parseSentryTrace),
  inject(entries, { traceId, spanId, traceFlags }, state) {
    entries.push(['sentry-trace', `${traceId}-${spanId}${state === 'undecided' ? '' : `-${traceFlags & 1}`}`]);
  },
};

/** Reads `sentry-trace`: `{trace id}-{span id}[-{0|1}]`; where the state is missing, the receiver decides. */
function parseSentryTrace(text: string): Carried | undefined {
  if (text[32] !== dash || !isId(text, 0, 32) || !isId(text, 33, length)) return undefined;
  const state = text.slice(length);
  if (state !== '' && state !== '-0' && state !== '-1') return undefined;
  return {
    context: { traceId: text.slice(0, 32), spanId: text.slice(33, length), traceFlags: state === '-1' ? 1 : 0, isRemote: true },
    sampling: state === '' ? 'defer' : 'inherit',
    debug: false,
  };
}
