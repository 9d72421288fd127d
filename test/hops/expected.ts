import type { Hop } from './fixture.ts';
import type { RawHeaders, SpanIds } from '../recorded/fixture-folder.ts';

/**
 * What became of a trace on its way through other software:
 *
 * - `continued`: the hop is in the trace, and our span is its child;
 * - `unseen`: the record came as it went; our span is the child of our own send, and nothing tells of the hop;
 * - `beside`: the hop began a trace of its own and left ours beside it; ours goes on, with a link to the other;
 * - `broken`: the hop's own trace, or none, is all that is left, and our span links to what we wrote;
 * - `lost`: the same, and the record does not say what we wrote;
 * - `no record`: nothing came out.
 */
type Outcome = 'continued' | 'unseen' | 'beside' | 'broken' | 'lost' | 'no record';

/** What the span of a consumer on tracelink has to hang on. */
export interface Expected {
  readonly outcome: Outcome;
  /** `undefined`: a new trace. */
  readonly parent: SpanIds | undefined;
  /** Without the link to the parent, which is always there. */
  readonly links: readonly SpanIds[];
  readonly broken: boolean;
}

const isContext: Readonly<Record<'b3' | 'w3c', RegExp>> = {
  b3: /^b3:(?<traceId>[\da-f]{32})-(?<spanId>[\da-f]{16})(?:-|$)/i,
  w3c: /^traceparent:00-(?<traceId>[\da-f]{32})-(?<spanId>[\da-f]{16})-[\da-f]{2}$/i,
};

/** What tells where tracelink wrote last, unless a hop changed its value. */
const isOurs = /^tracelink-(?:origin|trace)$/;

/**
 * Judges by what was sent, which the consumer did not see: what stands in the record and was not sent, the hop wrote.
 *
 * @param extract the formats that the consumer reads
 */
export function expectedOf(hop: Hop, extract: readonly ('b3' | 'w3c')[]): Expected {
  const ours = contextsOf(hop.sent, ['w3c', 'b3'])[0];
  if (hop.received === undefined || ours === undefined) return { outcome: 'no record', parent: undefined, links: [], broken: false };
  const found = contextsOf(hop.received, extract);
  const ofTheHop = found.filter((context) => !isSame(context, ours));
  const fresh = ofTheHop.findLast(({ traceId }) => traceId === ours.traceId);
  const others = ofTheHop.filter(({ traceId }) => traceId !== ours.traceId);
  if (fresh !== undefined) return { outcome: 'continued', parent: fresh, links: others, broken: false };
  if (found.length > ofTheHop.length)
    return { outcome: others.length > 0 ? 'beside' : 'unseen', parent: ours, links: others, broken: false };
  const parent = others.at(-1);
  const earlier = others.filter((context) => parent !== undefined && !isSame(context, parent));
  const isTold = hop.received.some(([name, value]) => isOurs.test(name) && value?.includes(ours.spanId));
  return { outcome: isTold ? 'broken' : 'lost', parent, links: isTold ? [...earlier, ours] : earlier, broken: isTold };
}

/** Each once, where it stands first. */
function contextsOf(headers: RawHeaders, formats: readonly ('b3' | 'w3c')[]): SpanIds[] {
  const all = headers.flatMap(([name, value]) =>
    formats.flatMap((format) => {
      const { traceId, spanId } = isContext[format].exec(`${name}:${value}`)?.groups ?? {};
      return traceId === undefined || spanId === undefined ? [] : [{ traceId, spanId }];
    }),
  );
  return all.filter((context, index) => all.findIndex((each) => isSame(each, context)) === index);
}

function isSame(one: SpanIds, other: SpanIds): boolean {
  return one.traceId === other.traceId && one.spanId === other.spanId;
}
