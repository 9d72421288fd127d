import { headerField } from '../headers/header-field.ts';
import type { TraceHeaders } from '../headers/trace-headers.ts';
import type { Carried, HeaderFormat } from './header-format.ts';
import { isId } from './ids.ts';

const traceIdField = headerField('x-datadog-trace-id', { limit: 20, text: 'ascii', grammar: parseDecimalId });
const parentIdField = headerField('x-datadog-parent-id', { limit: 20, text: 'ascii', grammar: parseDecimalId });
const priorityField = headerField('x-datadog-sampling-priority', { limit: 2, text: 'ascii', grammar: parsePriority });
const tagsField = headerField('x-datadog-tags', { limit: 512, text: 'ascii', grammar: parseUpperId });

const upperTag = '_dd.p.tid';
const noUpper = '0'.repeat(16);
const mostOf64Bits = 2n ** 64n - 1n;

/** Datadog's tracers: ids as decimals of 64 bits, the upper half of a trace id among the tags. */
export const datadog: HeaderFormat = {
  carries: 'hop',
  fields: [traceIdField, parentIdField, priorityField, tagsField],
  propagatorFields: [],
  extract: extractDatadog,
  inject(entries, { traceId, spanId, traceFlags }, state) {
    const upper = traceId.slice(0, 16);
    entries.push(['x-datadog-trace-id', decimal(traceId.slice(16))], ['x-datadog-parent-id', decimal(spanId)]);
    if (state !== 'undecided') entries.push(['x-datadog-sampling-priority', (traceFlags & 1) === 1 ? '1' : '0']);
    if (upper !== noUpper) entries.push(['x-datadog-tags', `${upperTag}=${upper}`]);
  },
};

/** A priority above 0 is sampled; where there is none, the receiver decides. */
function extractDatadog(headers: TraceHeaders): Carried | undefined {
  const lower = headers.last(traceIdField, parseDecimalId);
  const spanId = lower && headers.last(parentIdField, parseDecimalId);
  if (lower === undefined || spanId === undefined) return undefined;
  const upper = headers.last(tagsField, parseUpperId) ?? noUpper;
  const priority = headers.last(priorityField, parsePriority);
  const traceFlags = priority !== undefined && priority > 0 ? 1 : 0;
  return {
    context: { traceId: upper + lower, spanId, traceFlags, isRemote: true },
    sampling: priority === undefined ? 'defer' : 'inherit',
    debug: false,
  };
}

/** A decimal of 64 bits, not 0, as 16 hex digits. */
function parseDecimalId(text: string): string | undefined {
  if (!/^[0-9]{1,20}$/.test(text)) return undefined;
  const id = BigInt(text);
  return id === 0n || id > mostOf64Bits ? undefined : id.toString(16).padStart(16, '0');
}

function parsePriority(text: string): number | undefined {
  return /^-?[0-9]$/.test(text) ? Number(text) : undefined;
}

/** `_dd.p.tid=<16 hex>` of a list of `name=value`, separated by commas. */
function parseUpperId(text: string): string | undefined {
  for (const tag of text.split(',')) {
    const [name, value = ''] = tag.split('=');
    if (name?.trim() === upperTag && value.length === 16 && isId(value, 0, 16)) return value;
  }
  return undefined;
}

function decimal(id: string): string {
  return BigInt(`0x${id}`).toString();
}
