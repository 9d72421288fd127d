import type { Studio } from '@tracelink/studio';
import { get } from './post.ts';
import { traceId } from './otlp.ts';

// The page's own: a browser loads it as it stands there.
const model = String(new URL('../../page/model/', import.meta.url));
const flowStartUs = Date.UTC(2026, 10, 24, 12) * 1_000;

interface Node {
  readonly span: { readonly name: string };
}
interface Wait {
  readonly kind: string;
  readonly fromUs: number;
  readonly toUs: number;
}
interface Model {
  readonly pictureOf: (answer: object) => {
    readonly links: { readonly arrows: readonly { readonly kind: string; readonly from: Node; readonly to: Node }[] };
    readonly waits: ReadonlyMap<Node, Wait>;
  };
}

/** What the page draws of the studio's answer for a trace: spans by their names, times in milliseconds since the start of the flow. */
export async function drawn(
  studio: Studio,
  trace: string,
): Promise<{ readonly arrows: string[]; readonly waits: Readonly<Record<string, readonly [kind: string, from: number, to: number]>> }> {
  const { pictureOf } = (await import(`${model}picture.js`)) as Model;
  const { links, waits } = pictureOf(await get<object>(studio, `/api/traces/${traceId(trace)}`));
  const ms = (us: number): number => (us - flowStartUs) / 1_000;
  return {
    arrows: links.arrows.map(({ kind, from, to }) => `${from.span.name} ${kind} ${to.span.name}`),
    waits: Object.fromEntries(Array.from(waits, ([{ span }, { kind, fromUs, toUs }]) => [span.name, [kind, ms(fromUs), ms(toUs)]])),
  };
}
