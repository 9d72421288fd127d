import type { SpanContext } from '@opentelemetry/api';
import type { Carried } from './header-format.ts';
import { isId, wideTraceId } from './ids.ts';

const dash = 0x2d;
const accept = 0x31;
const deny = 0x30;
const debug = 0x64;

/**
 * Reads `b3`: `{trace id of 32 or 16}-{span id}[-{0|1|d}[-{parent id}]]`, or the state alone. The whole text must match.
 * The parent id is checked and dropped; a parent without a state is legal. Source: B3 Propagation, "Single Header".
 */
export function parseB3Single(text: string): Carried | undefined {
  if (text.length === 1) return isState(text.charCodeAt(0)) ? carried(undefined, text.charCodeAt(0)) : undefined;
  const traceEnd = text.charCodeAt(16) === dash ? 16 : 32;
  const spanEnd = traceEnd + 17;
  if (text.charCodeAt(traceEnd) !== dash || !isId(text, 0, traceEnd) || !isId(text, traceEnd + 1, spanEnd)) return undefined;
  const state = stateAfter(text, spanEnd);
  if (state === undefined) return undefined;
  const context = {
    traceId: wideTraceId(text.slice(0, traceEnd)),
    spanId: text.slice(traceEnd + 1, spanEnd),
    traceFlags: state === accept || state === debug ? 1 : 0,
    isRemote: true,
  };
  return carried(context, state);
}

/** The state's code, 0 when there is none, `undefined` when what follows the ids is no B3. */
function stateAfter(text: string, end: number): number | undefined {
  const rest = text.length - end;
  if (rest === 0) return 0;
  if (text.charCodeAt(end) !== dash) return undefined;
  if (rest === 17) return isId(text, end + 1, text.length) ? 0 : undefined;
  const state = text.charCodeAt(end + 1);
  if (!isState(state)) return undefined;
  if (rest === 2) return state;
  return rest === 19 && text.charCodeAt(end + 2) === dash && isId(text, end + 3, text.length) ? state : undefined;
}

function isState(code: number): boolean {
  return code === accept || code === deny || code === debug;
}

function carried(context: SpanContext | undefined, state: number): Carried {
  return { context, sampling: state === deny ? 'deny' : state === 0 ? 'defer' : 'inherit', debug: state === debug };
}

/** Writes `b3` without a parent id, as messages should (B3 Propagation, "JMS"); always with a state. */
export function formatB3Single(context: SpanContext, isDebug: boolean): string {
  return `${context.traceId}-${context.spanId}-${isDebug ? 'd' : (context.traceFlags & 1) === 1 ? '1' : '0'}`;
}
