import { caption } from '../drawing/draw-forest.ts';
import { idOf, parentIdOf, spansById, type TraceSpan } from '../spans/trace-span.ts';
import { listNames } from './failure.ts';

/** How many of the spans that an edge might have led to are explained. */
const most = 3;

/** What is further below than this is no near miss. */
const farthest = 10;

/** Says of the spans that an edge was expected to lead to what they have instead, the nearest miss first. */
export function explainEdge(all: readonly TraceSpan[], starts: readonly TraceSpan[], ends: readonly TraceSpan[]): string {
  const byId = spansById(all);
  const ids = new Set(starts.map(idOf));
  const misses = ends.map((end) => missOf(end, ids, byId)).toSorted((a, b) => a.distance - b.distance);
  const more = misses.length > most ? [`(and ${misses.length - most} more)`] : [];
  return [...reversed(starts, ends), ...misses.slice(0, most).map(({ text }) => text), ...more].join('\n');
}

interface Miss {
  /** 0 when one half of the edge is there, 1 when the first span is further up, 2 when nothing leads to it. */
  readonly distance: 0 | 1 | 2;
  readonly text: string;
}

function missOf(end: TraceSpan, starts: ReadonlySet<string>, byId: ReadonlyMap<string, TraceSpan>): Miss {
  const title = `Nearest: ${caption(end)}`;
  const parentId = parentIdOf(end);
  const linked = end.links.some((link) => starts.has(idOf(link)));
  const parent = parentId === undefined ? 'it has no parent' : `its parent is ${nameIn(byId, parentId)}`;
  const links =
    end.links.length === 0 ? 'it links to nothing' : `it links to ${listNames(end.links.map((link) => nameIn(byId, idOf(link))))}`;
  if (parentId !== undefined && starts.has(parentId)) {
    if (!linked) return { distance: 0, text: `${title}: there is the parent but no such link, ${links}` };
    return { distance: 0, text: `${title}: its parent and its link are two spans of that name` };
  }
  if (linked) return { distance: 0, text: `${title}: there is the link but not the parent, ${parent}` };
  const between = pathUp(end, starts, byId);
  if (between !== undefined)
    return { distance: 1, text: `${title}: it is further below, under ${between.map(caption).join(' under ')}; ${links}` };
  return { distance: 2, text: `${title}: ${parent}; ${links}` };
}

/** The spans between a span and the nearest of `starts` above it; `undefined` when none of them is near above it. */
function pathUp(end: TraceSpan, starts: ReadonlySet<string>, byId: ReadonlyMap<string, TraceSpan>): TraceSpan[] | undefined {
  const path: TraceSpan[] = [];
  // The bound ends the walk up a circle of parents too, which malformed data has.
  for (let above: TraceSpan | undefined = end; above !== undefined && path.length <= farthest;) {
    const id = parentIdOf(above);
    if (id === undefined) return undefined;
    if (starts.has(id)) return path;
    above = byId.get(id);
    if (above !== undefined) path.push(above);
  }
  return undefined;
}

/** The edge that leads the other way, which is what swapped names make. */
function reversed(starts: readonly TraceSpan[], ends: readonly TraceSpan[]): string[] {
  const ids = new Set(ends.map(idOf));
  const start = starts.find((span) => [parentIdOf(span), ...span.links.map(idOf)].some((id) => id !== undefined && ids.has(id)));
  return start === undefined ? [] : [`The edge is there the other way round, to ${caption(start)}`];
}

function nameIn(byId: ReadonlyMap<string, TraceSpan>, id: string): string {
  const span = byId.get(id);
  return span === undefined ? `${id.slice(id.indexOf('-') + 1)} (not received)` : caption(span);
}
