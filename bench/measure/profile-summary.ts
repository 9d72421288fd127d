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

type CallFrame = CpuProfile['nodes'][number]['callFrame'];

/** Self time by function, the largest first; time in which nothing ran is left out. */
export function summarize(profile: CpuProfile): Share[] {
  return shares(profile, place);
}

/** The same by package. */
export function summarizePackages(profile: CpuProfile): Share[] {
  return shares(profile, packageOf);
}

function shares({ nodes, samples, timeDeltas }: CpuProfile, nameOf: (callFrame: CallFrame) => string): Share[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map<string, number>();
  let total = 0;
  for (const [index, id] of samples.entries()) {
    const name = names.get(id);
    // The profiler's own start is a call to the inspector.
    if (name === undefined || /^\((?:idle|program)\)/.test(name) || name.startsWith('post  node:inspector')) continue;
    const delta = timeDeltas[index] ?? 0;
    total += delta;
    times.set(name, (times.get(name) ?? 0) + delta);
  }
  return Array.from(times, ([where, time]) => ({ where, percent: (100 * time) / total })).toSorted((a, b) => b.percent - a.percent);
}

function place({ functionName, url, lineNumber }: CallFrame): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  if (url === '') return name;
  const file = /(?:node_modules|packages|bench)\/(.*)$/.exec(url)?.[1] ?? url;
  return `${name}  ${file}:${lineNumber + 1}`;
}

function packageOf({ functionName, url }: CallFrame): string {
  const [, name] = /(?:node_modules|packages)\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (name !== undefined) return name;
  return functionName.startsWith('(') ? functionName : 'Node and V8';
}
