/** @import { Row } from '../../model/visible-rows.js' */
import { html } from '../../html.js';
import { formatDuration, plural } from '../../model/format.js';
import { printableLine } from '../../model/printable.js';
import { traceUrl } from '../../router.js';
import { ErrorBadge, ImportedBadge } from '../parts/badges.js';
import { Twisty } from '../parts/twisty.js';

/**
 * The heading of a trace among the rows.
 *
 * @param {{ row: Row, index: number, rowHeight: number, current: boolean, onToggle: (key: string) => void, onPick: () => void }} props
 */
export function SectionRow({ row, index, rowHeight, current, onToggle, onPick }) {
  const { section, expanded } = row;
  const root = section.nodes[0]?.span;
  return html`<div
    role="treeitem"
    id=${`row-${index}`}
    class=${current ? 'row section current' : 'row section'}
    aria-level="1"
    aria-posinset=${row.position}
    aria-setsize=${row.setSize}
    aria-expanded=${expanded}
    aria-selected=${current}
    style=${{ top: `${index * rowHeight}px` }}
    onClick=${onPick}
  >
    <${Twisty} expanded=${expanded} onToggle=${() => onToggle(row.key)} />
    <span class="section-name">${section.opened ? 'This trace' : 'Linked trace'} <code>${section.traceId.slice(0, 8)}</code></span>
    <bdi class="section-root">${printableLine(root?.name ?? '')}</bdi>
    <span class="section-facts">${plural(section.nodes.length, 'span')}, ${formatDuration(section.endUs - section.startUs)}</span>
    ${section.errors > 0 && html`<${ErrorBadge} text=${plural(section.errors, 'error')} />`}
    ${section.imported && html`<${ImportedBadge} />`}
    ${!section.opened && html`<a tabindex="-1" href=${traceUrl(section.traceId)}>Open</a>`}
  </div>`;
}
