import { html } from '../../html.js';
import { printableLine } from '../../model/printable.js';
import { serviceHue } from '../../model/service-hue.js';

/**
 * A service, with the colour that it has in every view.
 *
 * @param {{ name: string }} props
 */
export function ServiceName({ name }) {
  return html`<span class="service" style=${{ '--hue': serviceHue(name) }}><bdi>${printableLine(name)}</bdi></span>`;
}
