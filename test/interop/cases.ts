import { type Context, ROOT_CONTEXT, propagation, trace } from '@opentelemetry/api';
import { kafkaPropagation } from '@tracelink/propagation';
import type { RawHeaders } from '../recorded/fixture-folder.ts';

export type Format = 'w3c' | 'b3' | 'b3multi' | 'jaeger';
type Sampling = 'sampled' | 'denied' | 'undecided' | 'debug';

/** A context that goes from one tracer to another. */
export interface Case {
  readonly format: Format;
  /** 32 hex digits, or 16 where a tracer makes such. */
  readonly traceId: string;
  readonly spanId: string;
  readonly sampling: Sampling;
  readonly traceState: string;
  readonly baggage: Readonly<Record<string, string>>;
}

/** What of the cases a tracer can say. */
export interface Abilities {
  readonly formats: readonly Format[];
  /** In which of its formats it has baggage. */
  readonly baggage: readonly Format[];
  /** Whether it makes trace ids of 64 bits. */
  readonly shortIds: boolean;
  /** The spelling of `X-B3-*` that it reads. */
  readonly b3multiNames: 'specification' | 'lower';
}

const ids = [
  ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'],
  // Half of zeros, and digits that look like numbers.
  ['00000000000000000000000000000001', '0020000000000001'],
  ['12345678901234567890123456789012', '1234567890123456'],
] as const;
const shortIds = ['a3ce929d0e0e4736', '00f067aa0ba902b7'] as const;
const noBaggage = {};
const baggages: readonly Readonly<Record<string, string>>[] = [
  { tenant: 'acme' },
  { tenant: 'acme', user: '42' },
  { tenant: 'acme café', path: 'a/b?c=d', list: '1,2;3', percent: '100%', plus: 'a+b' },
];
const traceStates = ['vendor=1', 'vendor=1,other=a:b/c'];
const undecidable: readonly Format[] = ['b3', 'b3multi'];
const debuggable: readonly Format[] = ['b3', 'b3multi', 'jaeger'];

/** What a tracer that can do `abilities` is asked to write. */
export function casesToWrite(abilities: Abilities): Case[] {
  return abilities.formats.flatMap((format) => plainCases(format, abilities));
}

/** What a tracer that can do `abilities` is asked to read: all that we can write. */
export function casesToRead(abilities: Abilities): Case[] {
  return abilities.formats.flatMap((format) => {
    const cases = plainCases(format, { ...abilities, shortIds: false });
    const more: Sampling[] = [];
    if (undecidable.includes(format)) more.push('undecided');
    if (debuggable.includes(format)) more.push('debug');
    for (const sampling of more)
      for (const [traceId, spanId] of ids) cases.push({ format, traceId, spanId, sampling, traceState: '', baggage: noBaggage });
    return cases;
  });
}

function plainCases(format: Format, { baggage, shortIds: hasShort }: Abilities): Case[] {
  const pairs = hasShort ? [...ids, shortIds] : ids;
  const plain = pairs.flatMap(([traceId, spanId]) =>
    (['sampled', 'denied'] as const).map((sampling) => ({ format, traceId, spanId, sampling, traceState: '', baggage: noBaggage })),
  );
  const [[traceId, spanId]] = ids;
  const with1 = { format, traceId, spanId, sampling: 'sampled', traceState: '', baggage: noBaggage } as const;
  const states = format === 'w3c' ? traceStates.map((traceState) => ({ ...with1, traceState })) : [];
  const bags = baggage.includes(format) ? baggages.map((members) => ({ ...with1, baggage: members })) : [];
  return [...plain, ...states, ...bags];
}

/** The headers that tracelink writes for a case, into a message with stale ones in other spellings. */
export function headersOf(wanted: Case, { b3multiNames }: Abilities): RawHeaders {
  const { format, baggage } = wanted;
  const context = propagation.setBaggage(contextOf(wanted), propagation.createBaggage(asEntries(baggage)));
  const message = { Traceparent: 'stale', B3: 'stale', mine: 'own' };
  const headers = kafkaPropagation({ inject: [format], b3multiNames })
    .injection(context, 't')
    .into(message);
  return Object.entries(headers);
}

/** Undecided and debug are only what came in, handed on. */
function contextOf({ traceId, spanId, sampling, traceState }: Case): Context {
  const b3 = { undecided: '', debug: '-d', sampled: '-1', denied: '-0' }[sampling];
  if (traceState === '')
    return kafkaPropagation({ extract: ['b3'] })
      .extract({ b3: `${traceId}-${spanId}${b3}` }, 't')
      .asParent();
  const traceparent = `00-${traceId}-${spanId}-01`;
  const { creationContext } = kafkaPropagation({ extract: ['w3c'] }).extract({ traceparent, tracestate: traceState }, 't');
  return creationContext === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, creationContext);
}

function asEntries(members: Readonly<Record<string, string>>): Record<string, { value: string }> {
  return Object.fromEntries(Object.entries(members).map(([key, value]) => [key, { value }]));
}
