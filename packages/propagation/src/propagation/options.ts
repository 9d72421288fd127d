import { diag } from '@opentelemetry/api';
import type { B3MultiNames } from '../formats/b3-multi.ts';
import type { Trust } from '../extract/extraction-interface.ts';
import { type Format, formats, isHopFormat } from '../formats/formats.ts';
import { PropagationError } from './propagation-error.ts';

/** What messages for a topic carry: nothing, the trace, or the trace and the baggage. */
export type Outbound = 'none' | 'trace' | 'trace+baggage';

/** What {@link kafkaPropagation} can be told. Read once, at construction. */
export interface KafkaPropagationOptions {
  /**
   * Formats to write; `b3` and `b3multi` may stand together. At least one of `w3c`, `b3`, `b3multi`, `jaeger`.
   * @default the first such format of `extract`; without `extract` the global propagator of `@opentelemetry/api`, at call time
   */
  readonly inject?: readonly Format[];
  /**
   * Formats to read, the preferred first. Where two disagree, the preferred one wins and the other becomes a conflict.
   * @default the formats of `inject`; without `inject` the global propagator
   */
  readonly extract?: readonly Format[];
  /**
   * How `X-B3-*` names are spelled when written. No spelling is read by every tracer: see README, "Mixed fleets".
   * @default 'specification'
   */
  readonly b3multiNames?: B3MultiNames;
  /**
   * Baggage keys that are read and written; all others are dropped, both ways.
   * @default every key
   */
  readonly baggage?: readonly string[];
  /**
   * Whether the header `tracelink-origin` is written: the first context of the story, kept through retries and forwards.
   * @default true
   */
  readonly origin?: boolean;
  /**
   * How far received headers are believed, also per topic. `link`: the context is worth a link, nothing else of it is used
   * (no parent, baggage, tracestate, sampling, origin). `ignore`: as if there were no headers. A function that throws
   * or answers something else, such as a promise, means `link`.
   * @default 'trusted'
   */
  readonly trust?: Trust | ((topic: string) => Trust);
  /**
   * What is written, also per topic: `none` for topics that leave the house, `trace` to keep baggage in. Stale trace headers
   * are removed in every case. A function that throws or answers something else, such as a promise, means `none`.
   * @default 'trace+baggage'
   */
  readonly outbound?: Outbound | ((topic: string) => Outbound);
}

/** The options checked, with their defaults. */
export interface Settings {
  /** `undefined`: the global propagator. Both lists are given or none is. */
  readonly formats: { readonly inject: readonly Format[]; readonly extract: readonly Format[] } | undefined;
  readonly b3multiNames: B3MultiNames;
  readonly baggageKeys: ReadonlySet<string> | undefined;
  readonly origin: boolean;
  trust(topic: string): Trust;
  outbound(topic: string): Outbound;
}

const names: ReadonlySet<string> = new Set(['inject', 'extract', 'b3multiNames', 'baggage', 'origin', 'trust', 'outbound']);
const trusts: readonly Trust[] = ['trusted', 'link', 'ignore'];
const outbounds: readonly Outbound[] = ['none', 'trace', 'trace+baggage'];

/** Checks the options. @throws PropagationError whose text says what to do */
export function settingsOf(options: KafkaPropagationOptions): Settings {
  if (typeof options !== 'object' || options === null) {
    throw new PropagationError('invalid_option', 'The options must be an object: leave them out to use the global propagator.');
  }
  for (const name of Object.keys(options)) {
    if (!names.has(name))
      throw new PropagationError('unknown_option', `There is no option "${name}": use one of ${[...names].join(', ')}.`);
  }
  return {
    formats: formatsOf(options),
    b3multiNames: oneOf('b3multiNames', options.b3multiNames ?? 'specification', ['specification', 'lower']),
    baggageKeys: baggageKeys(options.baggage),
    origin: oneOf('origin', options.origin ?? true, [true, false]),
    trust: perTopic('trust', options.trust ?? 'trusted', trusts, 'link'),
    outbound: perTopic('outbound', options.outbound ?? 'trace+baggage', outbounds, 'none'),
  };
}

function formatsOf({ inject, extract }: KafkaPropagationOptions): Settings['formats'] {
  if (inject === undefined && extract === undefined) return undefined;
  checkFormats('inject', inject);
  checkFormats('extract', extract);
  const writable = inject ?? extract?.filter(isHopFormat).slice(0, 1) ?? [];
  if (!writable.some(isHopFormat)) {
    throw new PropagationError(
      'invalid_formats',
      'Nothing would carry the trace from hop to hop: add "w3c" or "b3" to "inject"; "cloudevents" and "sw8" only stand beside them.',
    );
  }
  return { inject: [...writable], extract: [...(extract ?? writable)] };
}

function checkFormats(option: 'inject' | 'extract', list: readonly Format[] | undefined): void {
  if (list === undefined) return;
  if (!Array.isArray(list) || list.length === 0) {
    throw new PropagationError(
      'invalid_formats',
      `"${option}" must be a list of at least one format: leave it out to use the global propagator, or list some of ${formats.join(', ')}.`,
    );
  }
  for (const [index, format] of list.entries()) {
    if (!formats.includes(format))
      throw new PropagationError(
        'invalid_formats',
        `"${option}" has the unknown format ${JSON.stringify(format)}: use ${formats.join(', ')}.`,
      );
    if (list.indexOf(format) !== index)
      throw new PropagationError(
        'invalid_formats',
        `"${option}" lists "${format}" twice: keep the place that it should have in the order.`,
      );
  }
}

function baggageKeys(keys: readonly string[] | undefined): ReadonlySet<string> | undefined {
  if (keys === undefined) return undefined;
  if (!Array.isArray(keys) || keys.some((key) => typeof key !== 'string' || key === '')) {
    throw new PropagationError(
      'invalid_option',
      '"baggage" must be a list of baggage keys: leave it out to let all through, use [] to let none through.',
    );
  }
  return new Set(keys);
}

function oneOf<T>(option: string, value: T, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value;
  throw new PropagationError(
    'invalid_option',
    `"${option}" is ${JSON.stringify(value)}: use ${allowed.map((one) => JSON.stringify(one)).join(' or ')}.`,
  );
}

/** A policy as a function of the topic that always answers: what cannot be asked is answered by the careful `fallback`. */
function perTopic<T extends string>(
  option: string,
  policy: T | ((topic: string) => T),
  allowed: readonly T[],
  fallback: T,
): (topic: string) => T {
  if (typeof policy !== 'function') {
    const value = oneOf(option, policy, allowed);
    return () => value;
  }
  let warned = false;
  return (topic) => {
    try {
      const value = policy(topic);
      if (allowed.includes(value)) return value;
      // A promise is no answer, and its rejection, which no one would handle, ends the process.
      Promise.resolve(value).catch(() => {});
    } catch {
      // Told below: a policy that throws must not stop a message.
    }
    if (!warned)
      diag.warn(`@tracelink/propagation: the option "${option}" gave no usable answer for topic "${topic}", so it counts as "${fallback}"`);
    warned = true;
    return fallback;
  };
}
