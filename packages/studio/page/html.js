import htm from './vendor/htm.js';
import { h } from './vendor/preact.js';

/**
 * Elements by tagged template: `` html`<p class=${name}>${text}</p>` ``. Every value is set as a property, an attribute or a text node:
 * nothing that a span holds is ever parsed as HTML.
 */
export const html = htm.bind(h);
