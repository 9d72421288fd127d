/** @import { TraceBadge } from '../../api/types.js' */
/** @import { SpanNode } from '../../model/build-waterfall.js' */
import { html } from '../../html.js';
import { formatCount, plural } from '../../model/format.js';

// Sixteen by sixteen, drawn in the colour of the text.
const icons = {
  error: 'M8 1.5 15 14H1Z M8 6v4 M8 11.5v1',
  retry: 'M13 8a5 5 0 1 1-1.5-3.5 M13 1.5v3.5h-3.5',
  deadLetter: 'M2 4h12v9H2Z M2 4l6 5 6-5 M5.5 10.5l5 0',
  batch: 'M2 3h9v3H2Z M3.5 7.5h9v3h-9Z M5 12h9v2H5Z',
  detached: 'M2 4h6 M8 4c4 0 0 8 4 8h2 M12 10l2 2-2 2',
  replayed: 'M3 8a5 5 0 1 0 1.5-3.5 M3 1.5v3.5h3.5 M7 6v4l3-2z',
  circuit: 'M1 8h4 M11 8h4 M5 8l5-5',
  imported: 'M8 2v7 M5 6l3 3 3-3 M2 11v3h12v-3',
  missing: 'M2 8h3 M7 8h1 M10 8h1 M12 5l3 3-3 3',
  orphan: 'M8 2v5 M3 12a5 5 0 0 1 10 0 M5 3.5l6 0',
};

/** @param {{ icon: keyof typeof icons, tone: string, children?: unknown }} props */
function Badge({ icon, tone, children }) {
  return html`<span class=${`badge badge-${tone}`} title=${[children].flat().join('')}>
    <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true"><path d=${icons[icon]} /></svg><span class="badge-text">${children}</span>
  </span>`;
}

/** @param {{ text?: string }} props */
export function ErrorBadge({ text = 'error' }) {
  return html`<${Badge} icon="error" tone="error">${text}<//>`;
}

export function DeadLetterBadge() {
  return html`<${Badge} icon="deadLetter" tone="dead">dead letter<//>`;
}

/** @param {{ count: number }} props links of a span whose other end is not here */
export function MissingLinksBadge({ count }) {
  return html`<${Badge} icon="missing" tone="plain">${plural(count, 'link')} not here<//>`;
}

/** A record that its group was given before: by a handler that failed without a retry, or a commit that was not made. */
export function AgainBadge() {
  return html`<${Badge} icon="retry" tone="retry">came again<//>`;
}

/** A trace that came out of a file. */
export function ImportedBadge() {
  return html`<${Badge} icon="imported" tone="plain">imported<//>`;
}

/** @type {Record<TraceBadge, { text: string, icon: keyof typeof icons, tone: string }>} */
export const traceBadges = {
  retried: { text: 'retried', icon: 'retry', tone: 'retry' },
  'dead-letter': { text: 'dead letter', icon: 'deadLetter', tone: 'dead' },
  replayed: { text: 'replayed', icon: 'replayed', tone: 'origin' },
  'circuit-open': { text: 'circuit open', icon: 'circuit', tone: 'error' },
};

/**
 * What came of the messages of a trace.
 *
 * @param {{ badges: TraceBadge[] }} props
 */
export function TraceBadges({ badges }) {
  return badges.map((name) => {
    const { text, icon, tone } = traceBadges[name];
    return html`<${Badge} key=${name} icon=${icon} tone=${tone}>${text}<//>`;
  });
}

/**
 * What makes a span stand out, in words beside small pictures.
 *
 * @param {{ node: SpanNode }} props
 */
export function SpanBadges({ node: { span, orphan, traits } }) {
  return html`
    ${span.status === 'error' && html`<${ErrorBadge} />`}
    ${traits.attempt !== undefined && html`<${Badge} icon="retry" tone="retry">attempt ${formatCount(traits.attempt)}<//>`}
    ${traits.deadLetter && html`<${DeadLetterBadge} />`}
    ${traits.batch !== undefined && html`<${Badge} icon="batch" tone="plain">batch of ${formatCount(traits.batch)}<//>`}
    ${traits.detached && html`<${Badge} icon="detached" tone="plain">detached<//>`}
    ${orphan && html`<${Badge} icon="orphan" tone="plain">parent not received<//>`}
  `;
}
