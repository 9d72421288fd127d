import { headerField } from '../headers/header-field.ts';
import type { TraceHeaders } from '../headers/trace-headers.ts';
import type { Carried, HeaderFormat } from './header-format.ts';
import { isId } from './ids.ts';

const traceIdField = headerField('x_instana_t', { limit: 32, text: 'ascii', grammar: parseInstanaId });
const spanIdField = headerField('x_instana_s', { limit: 16, text: 'ascii', grammar: parseInstanaId });
const levelField = headerField('x_instana_l_s', { limit: 1, text: 'ascii', grammar: parseLevel });

/** Instana's tracers. A trace that is not sampled has its level alone, without ids. */
export const instana: HeaderFormat = {
  carries: 'hop',
  fields: [traceIdField, spanIdField, levelField],
  propagatorFields: [],
  extract: extractInstana,
  inject(entries, { traceId, spanId, traceFlags }) {
    entries.push(['X_INSTANA_T', traceId], ['X_INSTANA_S', spanId]);
    if ((traceFlags & 1) === 0) entries.push(['X_INSTANA_L_S', '0']);
  },
};

function extractInstana(headers: TraceHeaders): Carried | undefined {
  const level = headers.last(levelField, parseLevel);
  const traceId = headers.last(traceIdField, parseInstanaId);
  const spanId = traceId && headers.last(spanIdField, parseInstanaId);
  if (traceId === undefined || spanId === undefined)
    return level === '0' ? { context: undefined, sampling: 'deny', debug: false } : undefined;
  const traceFlags = level === '0' ? 0 : 1;
  return {
    context: { traceId: traceId.padStart(32, '0'), spanId: spanId.padStart(16, '0'), traceFlags, isRemote: true },
    sampling: 'inherit',
    debug: false,
  };
}

/** Hex digits in either case, of which not all are zeros; leading zeros may be missing. */
function parseInstanaId(text: string): string | undefined {
  const id = text.toLowerCase();
  return id.length > 0 && isId(id, 0, id.length) ? id : undefined;
}

function parseLevel(text: string): '0' | '1' | undefined {
  return text === '0' || text === '1' ? text : undefined;
}
