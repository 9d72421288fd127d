import { parser } from '@prometheus-io/lezer-promql';

/** One selector of a metric in an expression. */
export interface Selector {
  readonly metric: string;
  /** Labels that are matched, and those that the aggregations and matchings around it name. */
  readonly labels: readonly string[];
}

/** What Grafana puts into an expression before Prometheus reads it. */
const variables: readonly (readonly [variable: string, value: string])[] = [
  ['$__rate_interval', '5m'],
  ['$group', '.*'],
  ['$topic', '.*'],
  ['$template', '.*'],
];

/**
 * The selectors of an expression, by the parser of Prometheus' own page.
 *
 * @throws Error that shows the place, where the expression is no PromQL
 */
export function selectorsOf(expression: string): readonly Selector[] {
  const text = variables.reduce((all, [variable, value]) => all.replaceAll(variable, value), expression);
  const selectors: { metric: string; labels: string[]; from: number; to: number }[] = [];
  const groupings: { from: number; to: number; labels: string[] }[] = [];
  parser.parse(text).iterate({
    enter(node) {
      if (node.type.isError) throw new Error(`no PromQL at ${node.from}: ${text.slice(0, node.from)}⟪here⟫${text.slice(node.from)}`);
      if (node.name === 'VectorSelector') {
        const metric = /^\w+/.exec(text.slice(node.from, node.to))?.[0];
        if (metric === undefined) throw new Error(`a selector without a metric: ${text.slice(node.from, node.to)}`);
        selectors.push({ metric, labels: [], from: node.from, to: node.to });
      }
      const name = text.slice(node.from, node.to);
      if (node.name !== 'LabelName') return;
      const inside = selectors.findLast(({ from, to }) => from <= node.from && node.to <= to);
      if (inside !== undefined) return void inside.labels.push(name);
      // Of `by (…)` and `on (…)`: it is asked of everything that the aggregation, or the two sides, hold.
      let owner = node.node.parent;
      while (owner !== null && owner.name !== 'AggregateExpr' && owner.name !== 'BinaryExpr') owner = owner.parent;
      if (owner !== null) groupings.push({ from: owner.from, to: owner.to, labels: [name] });
    },
  });
  return selectors.map(({ metric, labels, from, to }) => ({
    metric,
    labels: [...labels, ...groupings.filter((each) => each.from <= from && to <= each.to).flatMap((each) => each.labels)],
  }));
}
