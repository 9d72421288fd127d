import { html } from '../../html.js';
import { formatDateTime } from '../../model/format.js';

/** @param {{ ms: number | undefined }} props milliseconds since the epoch */
export function LocalTime({ ms }) {
  // Headers of others may name a year that no calendar has.
  if (ms === undefined || ms < 0 || ms > 8.64e15) return '–';
  return html`<time datetime=${new Date(ms).toISOString()}>${formatDateTime(ms * 1_000)}</time>`;
}
