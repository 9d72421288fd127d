/** @import { SpanNode } from '../../model/build-waterfall.js' */
/** @import { Attributes } from '../../api/types.js' */
/** @import { Picture } from '../../model/picture.js' */
import { html } from '../../html.js';
import { idOf } from '../../model/build-waterfall.js';
import { printableLine } from '../../model/printable.js';
import { traceUrl } from '../../router.js';
import { AttributeTable } from '../parts/attribute-table.js';
import { Capped } from '../parts/capped.js';
import { ServiceName } from '../parts/service-name.js';

/** What the other end of a link is to its span, in words. */
const relations = { cause: 'caused by', retry: 'attempt before', origin: 'replay of', began: 'began with', broken: 'trace broken after' };

/**
 * @typedef {object} Reference
 * @property {string} traceId
 * @property {string} spanId
 * @property {string} relation
 * @property {string} [name]
 * @property {string} [service]
 * @property {Attributes} [attributes]
 */

/**
 * The links of a span in both directions, and its parent.
 *
 * @param {{ node: SpanNode, openedTraceId: string, picture: Picture }} props
 */
export function SpanLinks({ node, openedTraceId, picture }) {
  const { span } = node;
  /** @type {Reference[]} */
  const to = span.links.map((link) => ({ ...link, relation: relations[link.kind] }));
  const from = span.linkedFrom.map((other) => ({ ...other, relation: 'linked from' }));
  /** @type {Reference[]} */
  const parent = span.parentSpanId === undefined ? [] : [{ traceId: span.traceId, spanId: span.parentSpanId, relation: 'child of' }];
  const all = [...parent, ...to, ...from];
  if (all.length === 0) return null;
  return html`<h3>Links</h3>
    <${Capped} items=${all} limit=${50}>
      ${(/** @type {Reference[]} */ shown) =>
        html`<ul class="links">
          ${shown.map(
            (reference, index) =>
              html`<li key=${index}>
                <${LinkLine} reference=${reference} openedTraceId=${openedTraceId} picture=${picture} from=${node} />
              </li>`,
          )}
        </ul>`}
    <//>`;
}

/** @param {{ reference: Reference, openedTraceId: string, picture: Picture, from: SpanNode }} props */
function LinkLine({ reference, openedTraceId, picture, from }) {
  const { traceId, spanId, relation, attributes = {} } = reference;
  const here = picture.waterfall.byId.get(idOf(reference));
  const name = here?.span.name ?? reference.name;
  const service = here?.span.service ?? reference.service;
  // What is on this page opens on this page; another trace opens as its own.
  const href = traceUrl(here === undefined ? traceId : openedTraceId, spanId);
  return html`<span class="relation">${relation}</span>${' '}
    ${service !== undefined && html`<${ServiceName} name=${service} />`}
    <a href=${href}><bdi>${name === undefined ? spanId : printableLine(name)}</bdi></a>${' '}
    ${here === undefined && name === undefined && html`<span class="badge badge-plain">not here</span> `}
    ${traceId !== from.span.traceId && html`<span>in trace <code>${traceId.slice(0, 8)}</code></span>`}
    ${Object.keys(attributes).length > 0 && html`<${AttributeTable} attributes=${attributes} label="Attributes of the link" />`}`;
}
