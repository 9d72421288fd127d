import { BrandedError, checkNames, checkOption, oneOf, type OptionError } from '@tracelink/context/internal';
import type { ExtractSettings } from '../extract/extract-headers.ts';
import type { Trust } from '../extract/extraction.ts';
import { type Format, formatNames, formats, isHopFormat } from '../formats/formats.ts';
import type { B3MultiNames, HeaderFormat } from '../formats/header-format.ts';
import { guardPolicy } from '../headers/guard.ts';
import type { InjectSettings, Outbound } from '../inject/injected-headers.ts';
import { setOf, type Vendor, vendorNames } from '../vendors/vendor-headers.ts';

/** What {@link kafkaPropagation} can be told. Read once, at construction. */
export interface KafkaPropagationOptions {
  /**
   * Formats to write; several may stand together. At least one of them must carry the trace from hop to hop.
   * @default the first such format of `extract`; without `extract` the global propagator of `@opentelemetry/api`, at call time
   */
  readonly inject?: readonly Format[];
  /**
   * Formats to read, the preferred first. Where two disagree, the preferred one wins and the other becomes a conflict.
   * @default the formats of `inject`; without `inject` the global propagator
   */
  readonly extract?: readonly Format[];
  /**
   * How `X-B3-*` names are spelled when written. No spelling is read by every tracer: see docs/headers.md, "Mixed fleets".
   * @default 'specification'
   */
  readonly b3multiNames?: B3MultiNames;
  /**
   * Baggage keys that are read and written; all others are dropped, both ways, also those of a `baggage` that the caller of a send wrote.
   * @default every key
   */
  readonly baggage?: readonly string[];
  /**
   * Whether the header `tracelink-origin` is written: the context of the first publish, kept through retries and forwards. `'forwarded'`
   * leaves it out of the first publish, where it repeats the creation context: a header less to encode for most messages. Use it where
   * nothing but tracelink forwards them: it is that header which shows that other software changed the trace at the first hop.
   * @default true
   */
  readonly origin?: boolean | 'forwarded';
  /**
   * How far received headers are believed, also per topic. `link`: the context is worth a link, nothing else of it is used
   * (no parent, baggage, tracestate, sampling, origin). `ignore`: as if there were no headers. A function that throws
   * or answers something else, such as a promise, means `link`.
   * @default 'trusted'
   */
  readonly trust?: Trust | ((topic: string) => Trust);
  /**
   * What is written, also per topic: `none` for topics that leave the house, `trace` to keep baggage in. Stale trace headers
   * are removed in every case, and what must not leave is taken out of headers whose own context stays. A function that throws or answers
   * something else, such as a promise, means `none`.
   * @default 'trace+baggage'
   */
  readonly outbound?: Outbound | ((topic: string) => Outbound);
  /**
   * Vendors whose headers stay in a message that has them, as where a handler copies them into what it sends: the vendor's next tracer then
   * hangs its span on the one before this service. All others are taken out, since they name an older span than what is written, and the
   * `send` span links to what they named. None stays with `outbound: 'none'`.
   * @default none
   */
  readonly keep?: readonly Vendor[];
}

/**
 * Why {@link PropagationError} was thrown:
 * - `unknown_option`: an option that does not exist, most often a misspelt one
 * - `invalid_formats`: `inject` or `extract` is empty, repeats itself, or names a format that cannot stand there
 * - `invalid_option`: another option has a value that it cannot have
 */
export type PropagationErrorCode = 'unknown_option' | 'invalid_formats' | 'invalid_option';

/** Thrown by `kafkaPropagation` for options that make no sense; nothing throws later, when messages flow. */
export class PropagationError extends BrandedError<PropagationErrorCode> {
  protected static override readonly brand: symbol = Symbol.for('@tracelink/propagation.PropagationError');
  override readonly name = 'PropagationError';
}

/** The options checked, with their defaults. */
export interface Settings {
  readonly extract: ExtractSettings;
  readonly inject: InjectSettings;
}

const names = ['inject', 'extract', 'b3multiNames', 'baggage', 'origin', 'trust', 'outbound', 'keep'];
const trusts: readonly Trust[] = ['trusted', 'link', 'ignore'];
const outbounds: readonly Outbound[] = ['none', 'trace', 'trace+baggage'];

const error: OptionError = (code, message) => new PropagationError(code, message);

/** `value` when it is one of `allowed`. @throws PropagationError */
function one<T>(option: string, value: T, allowed: readonly T[]): T {
  checkOption(`"${option}"`, value, oneOf(...allowed), error);
  return value;
}

/** Checks the options. @throws PropagationError whose text says what to do */
export function settingsOf(options: KafkaPropagationOptions): Settings {
  checkNames('kafkaPropagation', options, names, error);
  const { inject, extract } = formatsOf(options);
  const baggageKeys = baggageKeysOf(options.baggage);
  return {
    extract: { formats: extract, baggageKeys, trust: perTopic('trust', options.trust ?? 'trusted', trusts, 'link') },
    inject: {
      formats: inject,
      kept: keptSetOf(options.keep, inject ?? []),
      baggageKeys,
      b3multiNames: one('b3multiNames', options.b3multiNames ?? 'specification', ['specification', 'lower']),
      origin: one<boolean | 'forwarded'>('origin', options.origin ?? true, [true, false, 'forwarded']),
      outbound: perTopic('outbound', options.outbound ?? 'trace+baggage', outbounds, 'none'),
    },
  };
}

interface ChosenFormats {
  readonly inject: InjectSettings['formats'];
  readonly extract: ExtractSettings['formats'];
}

/** Both lists are given or none is. */
function formatsOf({ inject, extract }: KafkaPropagationOptions): ChosenFormats {
  if (inject === undefined && extract === undefined) return { inject: undefined, extract: undefined };
  checkFormats('inject', inject);
  checkFormats('extract', extract);
  const written = inject ?? extract?.filter(isHopFormat).slice(0, 1) ?? [];
  if (!written.some(isHopFormat)) {
    const hop = formatNames.filter(isHopFormat);
    const beside = formatNames.filter((name) => !isHopFormat(name));
    throw new PropagationError(
      'invalid_formats',
      `Nothing would carry the trace from hop to hop: add one of ${hop.join(', ')} to "inject"; ${beside.join(', ')} only stand beside them.`,
    );
  }
  const named = (list: readonly Format[]): readonly HeaderFormat[] => list.map((name) => formats[name]);
  return { inject: named(written), extract: named(extract ?? written) };
}

function checkFormats(option: 'inject' | 'extract', list: readonly Format[] | undefined): void {
  if (list === undefined) return;
  if (!Array.isArray(list) || list.length === 0) {
    throw new PropagationError(
      'invalid_formats',
      `"${option}" must be a list of at least one format: leave it out to use the global propagator, or list some of ${formatNames.join(', ')}.`,
    );
  }
  for (const [index, format] of list.entries()) {
    if (!formatNames.includes(format))
      throw new PropagationError(
        'invalid_formats',
        `"${option}" has the unknown format ${JSON.stringify(format)}: use ${formatNames.join(', ')}.`,
      );
    if (list.indexOf(format) !== index)
      throw new PropagationError(
        'invalid_formats',
        `"${option}" lists "${format}" twice: keep the place that it should have in the order.`,
      );
  }
}

function baggageKeysOf(keys: readonly string[] | undefined): ReadonlySet<string> | undefined {
  if (keys === undefined) return undefined;
  if (!Array.isArray(keys) || keys.some((key) => typeof key !== 'string' || key === '')) {
    throw new PropagationError(
      'invalid_option',
      '"baggage" must be a list of baggage keys: leave it out to let all through, use [] to let none through.',
    );
  }
  return new Set(keys);
}

/** The headers that stay. What is written must not stay beside what was there: the message would name two spans of one vendor. */
function keptSetOf(vendors: readonly Vendor[] | undefined, written: readonly HeaderFormat[]): number {
  if (vendors === undefined) return 0;
  if (!Array.isArray(vendors) || vendors.some((vendor) => !vendorNames.includes(vendor)))
    throw new PropagationError('invalid_option', `"keep" must be a list of vendors: use some of ${vendorNames.join(', ')}.`);
  for (const vendor of vendors) {
    const kept = setOf([vendor]);
    if (written.some(({ fields }) => fields.some(({ bit }) => (bit & kept) !== 0)))
      throw new PropagationError('invalid_option', `"keep" names "${vendor}", which is written: take it out of "keep" or "inject".`);
  }
  return setOf(vendors);
}

/** A policy as a function of the topic that always answers: what cannot be asked is answered by the careful `fallback`. */
function perTopic<T extends string>(
  option: string,
  policy: T | ((topic: string) => T),
  answers: readonly T[],
  fallback: T,
): (topic: string) => T {
  if (typeof policy === 'function') return guardPolicy(option, policy, answers, fallback);
  const answer = one(option, policy, answers);
  return () => answer;
}
