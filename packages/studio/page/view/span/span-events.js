/** @import { Span } from '../../api/types.js' */
import { html } from '../../html.js';
import { attributeUrl } from '../../model/list/attribute-condition.js';
import { formatDuration } from '../../model/format.js';
import { printableLine } from '../../model/printable.js';
import { AttributeTable } from '../parts/attribute-table.js';
import { Capped } from '../parts/capped.js';

/** @param {{ span: Span }} props */
export function SpanEvents({ span }) {
  if (span.events.length === 0) return null;
  const events = [...span.events].sort((a, b) => a.timeUs - b.timeUs);
  return html`<h3>Events</h3>
    <${Capped} items=${events} limit=${50}>
      ${(/** @type {Span['events']} */ shown) =>
        html`<ol class="events">
          ${shown.map(
            ({ name, timeUs, attributes }, index) =>
              html`<li key=${index}>
                <p><bdi>${printableLine(name)}</bdi> <span class="after">after ${formatDuration(timeUs - span.startUs)}</span></p>
                ${Object.keys(attributes).length > 0 && html`<${AttributeTable} attributes=${attributes} label=${`Attributes of ${printableLine(name)}`} urlOf=${attributeUrl} />`}
              </li>`,
          )}
        </ol>`}
    <//>`;
}
