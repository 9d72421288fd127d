/** @import { FlowEdge, FlowNode } from '../../api/types.js' */
import { html } from '../../html.js';
import { formatCount } from '../../model/format.js';
import { tracesUrl } from '../../model/list/list-filter.js';
import { ErrorBadge } from '../parts/badges.js';

/** @typedef {{ service?: string, topic?: string, since?: string | undefined }} Place */

/**
 * @param {Pick<FlowNode, 'kind' | 'name'>} node
 * @param {string | undefined} since when the time that was counted began; undefined where it is any
 * @returns {Place} what the traces of a node have
 */
export function placeOf({ kind, name }, since) {
  return { [kind]: name, since };
}

/**
 * @param {Pick<FlowEdge, 'from' | 'to'>} edge
 * @param {string | undefined} since when the time that was counted began; undefined where it is any
 * @returns {Place} what the traces of a way have: its service and its topic, or the service that is called
 */
export function placeOfWay({ from, to }, since) {
  return Object.assign({ since }, ...[from, to].map((id) => ({ [id.slice(0, id.indexOf(':'))]: id.slice(id.indexOf(':') + 1) })));
}

/** @param {{ place: Place, children?: unknown }} props */
export function TracesLink({ place, children }) {
  return html`<a href=${tracesUrl(place)}>${children}</a>`;
}

/**
 * How many errors, which lead to the traces that have them; nothing where there are none.
 *
 * @param {{ place: Place, errors: number }} props
 */
export function ErrorsLink({ place, errors }) {
  if (errors === 0) return null;
  return html`<a class="errors-link" href=${tracesUrl({ ...place, error: true })}
    ><${ErrorBadge} text=${formatCount(errors)} /><span class="unseen"> ${errors === 1 ? 'error' : 'errors'}</span></a
  >`;
}
