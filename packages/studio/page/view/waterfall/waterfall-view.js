/** @import { SpanNode, Waterfall } from '../../model/build-waterfall.js' */
/** @import { Interval } from '../../model/time-scale.js' */
/** @import { RefObject } from '../../vendor/preact.js' */
/** @import { Picture } from '../../model/picture.js' */
import { useKeys } from '../../hooks/use-keys.js';
import { useNarrow } from '../../hooks/use-media.js';
import { useNamesWidth } from '../../hooks/use-names-width.js';
import { useRowRange } from '../../hooks/use-row-range.js';
import { useWidth } from '../../hooks/use-width.js';
import { html } from '../../html.js';
import { endOf } from '../../model/span-traits.js';
import { createTimeScale } from '../../model/time-scale.js';
import { isSectionOpen, sectionKey, visibleRows } from '../../model/visible-rows.js';
import { traceUrl, navigate } from '../../router.js';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from '../../vendor/preact-hooks.js';
import { CutBands } from './cut-bands.js';
import { LinkArrows } from './link-arrows.js';
import { NamesDivider } from './names-divider.js';
import { SectionRow } from './section-row.js';
import { SpanRow } from './span-row.js';
import { TimeRuler } from './time-ruler.js';
import { moveInTree } from './tree-keys.js';
import { WaterfallTools } from './waterfall-tools.js';

/**
 * @typedef {object} WaterfallProps
 * @property {Picture} picture
 * @property {string | undefined} cursor key of the row that the keyboard is on
 * @property {boolean} detailOpen
 * @property {boolean} inert covered by the details
 * @property {(key: string, node: SpanNode | undefined) => void} onCursor
 * @property {(node: SpanNode) => void} onOpen
 */

/**
 * The rows of all sections, of which only those in sight are in the document, under one time axis.
 *
 * @param {WaterfallProps} props
 */
export function WaterfallView({ picture, cursor, detailOpen, inert, onCursor, onOpen }) {
  const { waterfall, links, waits } = picture;
  const narrow = useNarrow();
  const rowHeight = narrow ? 46 : 28;
  const [toggled, setToggled] = useState(/** @type {ReadonlySet<string>} */ (new Set()));
  const [view, setView] = useState(/** @type {Interval | undefined} */ (undefined));
  const [pointed, setPointed] = useState(-1);
  const [cutIdle, setCutIdle] = useState(true);
  const scroller = useRef(/** @type {HTMLElement | null} */ (null));
  const axis = useRef(/** @type {HTMLElement | null} */ (null));
  const width = useWidth(axis);
  const names = useNamesWidth(useWidth(scroller));

  const rows = useMemo(() => visibleRows(waterfall, toggled), [waterfall, toggled]);
  const busy = useMemo(() => busyTimes(waterfall, toggled), [waterfall, toggled]);
  const scale = useMemo(() => createTimeScale(busy, cutIdle, view), [busy, cutIdle, view]);
  const range = useRowRange(scroller, rowHeight, rows.rows.length);
  const cursorIndex = rows.indexOf(cursor);
  const cursorNode = rows.rows[cursorIndex]?.node;
  const drawn = rows.rows.slice(range.first, range.last);

  useRowInSight(scroller, cursorIndex, rowHeight);
  useKeyboardFirst(scroller);
  useRevealed(picture, cursor, setToggled);

  /** @param {string} key */
  const toggle = (key) => setToggled((before) => before.symmetricDifference(new Set([key])));
  const zoom = () => {
    if (cursorNode === undefined) return;
    const startUs = waits.get(cursorNode)?.fromUs ?? cursorNode.span.startUs;
    const margin = Math.max((endOf(cursorNode.span) - startUs) / 10, 1);
    setView([startUs - margin, endOf(cursorNode.span) + margin]);
  };
  /** @param {number} index */
  const goTo = (index) => {
    const row = rows.rows[index];
    if (row !== undefined) onCursor(row.key, row.node);
  };
  /**
   * @param {string} key
   * @returns {(() => void) | undefined} what it does
   */
  const actionOf = (key) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2);
    const move = moveInTree(key, rows, cursorIndex, page);
    if (move !== undefined) return () => ('to' in move ? goTo(move.to) : toggle(move.toggle));
    const row = rows.rows[cursorIndex];
    if (key === 'Enter' && row !== undefined)
      return () => (row.node === undefined ? navigate(traceUrl(row.section.traceId)) : onOpen(row.node));
    if (key === 'z') return zoom;
    return key === '0' ? () => setView(undefined) : undefined;
  };
  useKeys((event) => {
    const tree = treeIn(scroller);
    const isNowhere = event.target === document.body;
    if (inert || !(isNowhere || event.target === tree)) return;
    const action = actionOf(event.key);
    if (action === undefined) return;
    event.preventDefault();
    // A click on blank space took it from the rows.
    if (isNowhere) tree?.focus({ preventScroll: true });
    action();
  });

  return html`<div class="waterfall" inert=${inert}>
    <${WaterfallTools}
      canZoom=${cursorNode !== undefined}
      zoomed=${view !== undefined}
      cutIdle=${cutIdle}
      onZoom=${zoom}
      onWhole=${() => setView(undefined)}
      onCutIdle=${setCutIdle}
      onCollapse=${() => setToggled(new Set(waterfall.sections.filter(({ opened }) => opened).map(sectionKey)))}
      onExpand=${() => setToggled(new Set(waterfall.sections.filter(({ opened }) => !opened).map(sectionKey)))}
    />
    <div class="rows-scroller" ref=${scroller} style=${narrow ? {} : { '--names': `${names.width}px` }}>
      <${TimeRuler}
        scale=${scale}
        startUs=${startOf(busy)}
        width=${width}
        axisRef=${axis}
        divider=${!narrow && html`<${NamesDivider} width=${names.width} most=${names.most} onWidth=${names.choose} />`}
      />
      <div
        role="tree"
        tabindex="0"
        class="rows"
        aria-label="Spans of the trace and of the traces it is linked with"
        aria-activedescendant=${cursorIndex >= range.first && cursorIndex < range.last ? `row-${cursorIndex}` : undefined}
        style=${{ height: `${rows.rows.length * rowHeight}px`, '--row': `${rowHeight}px` }}
        onPointerOver=${(/** @type {PointerEvent} */ { target }) => setPointed(rowUnder(target))}
        onPointerLeave=${() => setPointed(-1)}
        onFocus=${() => cursorIndex < 0 && goTo(0)}
      >
        <${CutBands} scale=${scale} />
        ${drawn.map((row, offset) => {
          const index = range.first + offset;
          const shared = { key: row.key, row, index, rowHeight, width, current: index === cursorIndex, onToggle: toggle };
          if (row.node === undefined) return html`<${SectionRow} ...${shared} onPick=${() => goTo(index)} />`;
          const { node } = row;
          const pick = () => {
            onCursor(row.key, undefined);
            onOpen(node);
          };
          return html`<${SpanRow}
            ...${shared}
            node=${node}
            wait=${waits.get(node)}
            missing=${links.missing.get(node) ?? 0}
            scale=${scale}
            open=${detailOpen && index === cursorIndex}
            onPick=${pick}
          />`;
        })}
        <${LinkArrows}
          links=${links}
          rows=${rows}
          range=${range}
          scale=${scale}
          width=${width}
          rowHeight=${rowHeight}
          narrow=${narrow}
          lookedAt=${[cursorIndex, pointed]}
        />
      </div>
    </div>
  </div>`;
}

/**
 * @param {EventTarget | null} target
 * @returns {number} index of the row that it is in; -1 for none
 */
function rowUnder(target) {
  const id = target instanceof Element ? target.closest('[role=treeitem]')?.id : undefined;
  return id === undefined ? -1 : Number(id.replace('row-', ''));
}

/**
 * Gives the rows the keyboard when they appear and nothing else has it, so that one goes on by keys from the list into a trace.
 *
 * @param {RefObject<HTMLElement | null>} scroller
 */
function useKeyboardFirst(scroller) {
  useEffect(() => {
    if (document.activeElement === document.body) treeIn(scroller)?.focus({ preventScroll: true });
  }, [scroller]);
}

/** @param {RefObject<HTMLElement | null>} scroller */
function treeIn(scroller) {
  return /** @type {HTMLElement | null | undefined} */ (scroller.current?.querySelector('[role=tree]'));
}

/**
 * Scrolls as little as is needed whenever the cursor goes to another row.
 *
 * @param {RefObject<HTMLElement | null>} scroller
 * @param {number} index -1 for no row
 * @param {number} rowHeight
 */
function useRowInSight(scroller, index, rowHeight) {
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || index < 0) return;
    const ruler = /** @type {HTMLElement | null} */ (element.firstElementChild)?.offsetHeight ?? 0;
    const top = index * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight + ruler > element.scrollTop + element.clientHeight)
      element.scrollTop = top + rowHeight + ruler - element.clientHeight;
  }, [index, rowHeight]);
}

/**
 * The time axis is that of the traces that show: a linked trace of some minutes would leave no room for one of milliseconds.
 *
 * @param {Waterfall} waterfall
 * @param {ReadonlySet<string>} toggled
 * @returns {Interval[]} when something ran
 */
function busyTimes({ sections }, toggled) {
  const open = sections.filter((section) => isSectionOpen(section, toggled));
  return (open.length > 0 ? open : sections).flatMap(({ nodes }) =>
    nodes.map(({ span }) => /** @type {Interval} */ ([span.startUs, endOf(span)])),
  );
}

/** @param {Interval[]} intervals */
function startOf(intervals) {
  return intervals.reduce((least, [startUs]) => Math.min(least, startUs), Infinity);
}

/**
 * A span that is opened by its address or by a link shows, whatever is closed above it.
 *
 * @param {Picture} picture
 * @param {string | undefined} cursor
 * @param {(change: (before: ReadonlySet<string>) => ReadonlySet<string>) => void} setToggled
 */
function useRevealed({ waterfall }, cursor, setToggled) {
  useLayoutEffect(() => {
    const node = waterfall.byId.get(cursor ?? '');
    if (node === undefined) return;
    const closed = new Set(node.section.opened ? [sectionKey(node.section)] : []);
    for (let parent = node.parent; parent !== undefined; parent = parent.parent) closed.add(parent.key);
    const opened = new Set(node.section.opened ? [] : [sectionKey(node.section)]);
    setToggled((before) =>
      before.isDisjointFrom(closed) && before.isSupersetOf(opened) ? before : before.difference(closed).union(opened),
    );
  }, [cursor]);
}
