export interface FlowNode {
  /** Two nodes of different kinds may have the same name. */
  readonly id: string;
  readonly kind: 'service' | 'topic';
  readonly name: string;
  readonly spans: number;
  readonly errors: number;
  /** How long requests and messages were worked on: in a service, or of a topic. */
  readonly processing?: Percentiles;
}

interface FlowEdge {
  readonly from: string;
  readonly to: string;
  readonly count: number;
  readonly errors: number;
  /** From the end of the sending to the start of the work, for messages of which both are known. */
  readonly queueTime?: Percentiles;
}

/** Services and topics, and what goes between them. */
export interface Flow {
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly FlowEdge[];
}

interface Count {
  count: number;
  errors: number;
  readonly times: number[];
}

interface NodeCount extends Count {
  readonly id: string;
  readonly kind: FlowNode['kind'];
  readonly name: string;
  /** Traces begin there, and not with the taking of a message. */
  begins: boolean;
}

interface EdgeCount extends Count {
  readonly from: string;
  readonly to: string;
}

/** Counts spans into the nodes and edges of a flow, in any order. */
export class FlowCounts {
  readonly #nodes = new Map<string, NodeCount>();
  readonly #edges = new Map<string, EdgeCount>();

  node(kind: FlowNode['kind'], name: string): NodeCount {
    const id = `${kind}:${name}`;
    let node = this.#nodes.get(id);
    if (node === undefined) this.#nodes.set(id, (node = { id, kind, name, begins: false, count: 0, errors: 0, times: [] }));
    return node;
  }

  edge(from: NodeCount, to: NodeCount): EdgeCount {
    const key = JSON.stringify([from.id, to.id]);
    let edge = this.#edges.get(key);
    if (edge === undefined) this.#edges.set(key, (edge = { from: from.id, to: to.id, count: 0, errors: 0, times: [] }));
    return edge;
  }

  /**
   * In an order that hardly changes, so that a picture of it does not jump, and where what traces begin with comes first: from there
   * the picture is drawn, also where messages go round in a circle.
   */
  toFlow(): Flow {
    return {
      nodes: [...this.#nodes.values()].sort((a, b) => Number(b.begins) - Number(a.begins) || compare(a.id, b.id)).map(toNode),
      edges: [...this.#edges.values()].sort((a, b) => compare(a.from, b.from) || compare(a.to, b.to)).map(toEdge),
    };
  }
}

/** Counts one span. */
export function countSpan(count: Count, isError: boolean): void {
  count.count += 1;
  if (isError) count.errors += 1;
}

function toNode({ id, kind, name, count, errors, times }: NodeCount): FlowNode {
  const processing = percentiles(times);
  return { id, kind, name, spans: count, errors, ...(processing && { processing }) };
}

function toEdge({ from, to, count, errors, times }: EdgeCount): FlowEdge {
  const queueTime = percentiles(times);
  return { from, to, count, errors, ...(queueTime && { queueTime }) };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** In whole microseconds, by nearest rank: each is a value that was measured. */
interface Percentiles {
  readonly p50Us: number;
  readonly p99Us: number;
}

/** @returns undefined of nothing */
function percentiles(values: readonly number[]): Percentiles | undefined {
  if (values.length === 0) return undefined;
  const sorted = Float64Array.from(values).sort();
  const rank = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] as number;
  return { p50Us: rank(0.5), p99Us: rank(0.99) };
}
