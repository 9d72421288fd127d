/** @import { Missing } from '../../api/types.js' */
/** @import { SpanNode, Waterfall } from '../../model/build-waterfall.js' */
/** @import { Picture } from '../../model/picture.js' */
/** @import { Route } from '../../router.js' */
import { getTrace } from '../../api/client.js';
import { useKeys } from '../../hooks/use-keys.js';
import { useLoaded } from '../../hooks/use-loaded.js';
import { useNarrow } from '../../hooks/use-media.js';
import { html } from '../../html.js';
import { idOf } from '../../model/build-waterfall.js';
import { pictureOf } from '../../model/picture.js';
import { printableLine } from '../../model/printable.js';
import { traceIdIn } from '../../model/trace-id.js';
import { listUrl, logsUrl, navigate, traceUrl } from '../../router.js';
import { useEffect, useMemo, useRef, useState } from '../../vendor/preact-hooks.js';
import { LogView } from '../logs/log-view.js';
import { SpanDetail } from '../span/span-detail.js';
import { MoreLinked } from './more-linked.js';
import { TraceHeading } from './trace-heading.js';
import { WaterfallView } from '../waterfall/waterfall-view.js';

// How many linked traces are drawn at first, and with each request for more.
const linkedAtOnce = 50;

/**
 * One trace with those it links to and from, and the details of one span; or its log lines.
 *
 * @param {{ route: Route }} props its `spanId` is the span whose details are open
 */
export function TraceView({ route: { traceId, spanId, query } }) {
  const logs = query.get('view') === 'logs';
  const [linked, setLinked] = useState(linkedAtOnce);
  const { value, error } = useLoaded((signal, before) => loadTrace(traceId, linked, signal, before), [traceId, linked], true);
  const narrow = useNarrow();
  const body = useRef(/** @type {HTMLElement | null} */ (null));
  const picture = /** @type {Picture | undefined} */ (value?.picture);
  const open = useMemo(
    () => (picture === undefined || spanId === '' ? undefined : findSpan(picture.waterfall, traceId, spanId)),
    [picture, spanId],
  );
  const [cursor, setCursor] = useState(/** @type {string | undefined} */ (undefined));

  const focusRows = () =>
    /** @type {HTMLElement | null | undefined} */ (body.current?.querySelector('[role=tree]'))?.focus({ preventScroll: true });
  useEffect(() => {
    const root = picture?.waterfall.sections.find(({ opened }) => opened)?.nodes[0];
    document.title = `${root === undefined ? traceId.slice(0, 8) : printableLine(root.span.name)} · tracelink studio`;
  }, [picture]);
  useEffect(() => {
    if (open !== undefined) setCursor(open.key);
  }, [open?.key]);
  useEffect(() => {
    // The browser's way back has closed the details, or all linked traces are drawn and their button is gone: the keyboard went with it.
    if (document.activeElement === document.body) focusRows();
  }, [spanId === '', value?.missing.moreLinked]);

  const closeDetail = () => {
    navigate(traceUrl(traceId), { replace: true });
    // On a narrow page the rows are inert until the next drawing.
    requestAnimationFrame(focusRows);
  };
  useKeys((event) => {
    if (event.key === 'l' && picture !== undefined) navigate(logs ? traceUrl(traceId) : logsUrl(traceId), { replace: true });
    else if (event.key !== 'Escape') return;
    else if (picture !== undefined && spanId !== '') closeDetail();
    else navigate(listUrl());
    event.preventDefault();
  });

  if (value === undefined || picture === undefined) return html`<${Waiting} traceId=${traceId} error=${error} />`;
  return html`<div class="trace-view" ref=${body}>
    <${TraceHeading} traceId=${traceId} logs=${logs} waterfall=${picture.waterfall} error=${error}>
      <${MoreLinked} missing=${value.missing} step=${linkedAtOnce} onMore=${() => setLinked(linked + linkedAtOnce)} />
    <//>
    ${
      logs
        ? html`<${LogView} traceId=${traceId} query=${query} waterfall=${picture.waterfall} />`
        : html`<div class="trace-body">
          <${WaterfallView}
            picture=${picture}
            cursor=${cursor}
            detailOpen=${open !== undefined}
            inert=${narrow && open !== undefined}
            onCursor=${(/** @type {string} */ key, /** @type {SpanNode | undefined} */ node) => {
              setCursor(key);
              if (node !== undefined && spanId !== '') navigate(traceUrl(traceId, node.span.spanId), { replace: true });
            }}
            onOpen=${(/** @type {SpanNode} */ node) => navigate(traceUrl(traceId, node.span.spanId), { replace: spanId !== '' })}
          />
          ${
            spanId !== '' &&
            html`<${SpanDetail} key=${open?.key} node=${open} spanId=${spanId} traceId=${traceId} picture=${picture} onClose=${closeDetail} />`
          }
        </div>`
    }
  </div>`;
}

/** @param {{ traceId: string, error: Error | undefined }} props */
function Waiting({ traceId, error }) {
  const isId = traceIdIn(traceId) === traceId;
  return html`<div class="notice">
    <h1>Trace <code>${printableLine(traceId)}</code></h1>
    ${
      error === undefined
        ? html`<p role="status">Loading …</p>`
        : html`<p role="alert">${error.message}</p>
            <p>${isId && 'It is shown as soon as its spans arrive. '}<a href=${listUrl()}>To the list of traces</a></p>`
    }
  </div>`;
}

/** @typedef {{ picture: Picture, missing: Missing, tag: string | undefined }} LoadedTrace */

/**
 * @param {string} traceId
 * @param {number} linked
 * @param {AbortSignal} signal
 * @param {LoadedTrace | undefined} before
 * @returns {Promise<LoadedTrace>} `before` itself where nothing is new
 */
async function loadTrace(traceId, linked, signal, before) {
  const { answer, tag } = await getTrace(traceId, signal, before?.tag, linked);
  if (answer === undefined && before !== undefined) return before;
  const known = /** @type {import('../../api/types.js').TraceAnswer} */ (answer);
  return { picture: pictureOf(known), missing: known, tag };
}

/**
 * @param {Waterfall} waterfall
 * @param {string} traceId the trace that is looked in first
 * @param {string} spanId
 * @returns {SpanNode | undefined}
 */
function findSpan({ byId, sections }, traceId, spanId) {
  return [traceId, ...sections.map((section) => section.traceId)]
    .map((candidate) => byId.get(idOf({ traceId: candidate, spanId })))
    .find((node) => node !== undefined);
}
