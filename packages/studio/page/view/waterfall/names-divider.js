import { leastNames } from '../../hooks/use-names-width.js';
import { html } from '../../html.js';
import { useRef } from '../../vendor/preact-hooks.js';

/** How far a key moves it, in pixels. */
const step = 24;

/**
 * Between the names and the bars: it is dragged, moved by keys, and put back by a double click or Enter. Source: WAI-ARIA Authoring
 * Practices, "Window Splitter Pattern".
 *
 * @param {{ width: number, most: number, onWidth: (width: number | undefined) => void }} props in pixels, as it is now
 */
export function NamesDivider({ width, most, onWidth }) {
  const grip = useRef(/** @type {{ x: number, width: number } | undefined} */ (undefined));
  /** @param {number} to */
  const move = (to) => onWidth(Math.min(Math.max(to, leastNames), most));
  /** @param {PointerEvent & { currentTarget: HTMLElement }} event */
  const onPointerDown = ({ clientX, pointerId, currentTarget }) => {
    grip.current = { x: clientX, width };
    currentTarget.setPointerCapture(pointerId);
  };
  /** @param {PointerEvent} event */
  const onPointerMove = ({ clientX }) => {
    if (grip.current !== undefined) move(grip.current.width + clientX - grip.current.x);
  };
  const release = () => {
    grip.current = undefined;
  };
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    const to = { ArrowLeft: width - step, ArrowRight: width + step, Home: leastNames, End: most }[event.key];
    if (to !== undefined) move(to);
    else if (event.key === 'Enter') onWidth(undefined);
    else return;
    event.preventDefault();
  };
  return html`<div
    class="names-divider"
    role="separator"
    aria-orientation="vertical"
    aria-label="Width of the names"
    aria-valuenow=${Math.round(width)}
    aria-valuemin=${leastNames}
    aria-valuemax=${Math.round(most)}
    tabindex="0"
    title="Drag to make the names wider; a double click puts it back"
    onPointerDown=${onPointerDown}
    onPointerMove=${onPointerMove}
    onPointerUp=${release}
    onPointerCancel=${release}
    onDblClick=${() => onWidth(undefined)}
    onKeyDown=${onKeyDown}
  ></div>`;
}
