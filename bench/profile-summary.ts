/** The part of V8's `.cpuprofile` that a summary by self time needs. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** A function and its share of the busy time. */
export interface Share {
  readonly where: string;
  readonly percent: number;
}

/** Self time by function, the largest first; time in which nothing ran is left out. */
export function summarize({ nodes, samples, timeDeltas }: CpuProfile): Share[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, place(callFrame)]));
  const times = new Map<string, number>();
  let total = 0;
  for (const [index, id] of samples.entries()) {
    const name = names.get(id);
    if (name === undefined || name.startsWith('(idle)') || name.startsWith('(program)')) continue;
    const delta = timeDeltas[index] ?? 0;
    total += delta;
    times.set(name, (times.get(name) ?? 0) + delta);
  }
  return Array.from(times, ([where, time]) => ({ where, percent: (100 * time) / total })).toSorted((a, b) => b.percent - a.percent);
}

function place({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  if (url === '') return name;
  const file = /(?:node_modules|packages|bench)\/(.*)$/.exec(url)?.[1] ?? url;
  return `${name}  ${file}:${lineNumber + 1}`;
}
