import { readFileSync } from 'node:fs';
import { kafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import { parse } from 'yaml';
import { selectorsOf, type Selector } from './promql.ts';
import { scrapeMeasuredService, seriesOf, type Series } from './scrape.ts';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly refId: string; readonly expr: string; readonly legendFormat: string }[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const dashboard = JSON.parse(read('operations/grafana-dashboard.json')) as Dashboard;
const { groups } = parse(read('operations/alerts.yaml')) as { readonly groups: readonly { readonly rules: readonly Rule[] }[] };
const rules = groups.flatMap(({ rules: each }) => each);
const panels = dashboard.panels.filter(({ type }) => type !== 'row');

/** What takes a database: the service that is scraped has none. */
const rare = ['tracelink.outbox.wait', 'tracelink.outbox.oldest_message_age'];

/** Metrics of the documentation, which a test of the package holds to the code. */
const documented = [...read('docs/telemetry.md').matchAll(/^\| `((?:messaging|tracelink)\.[a-z_.]+)` +\| ([a-z-]+(?: counter)?), /gm)].map(
  ([, name = '', kind = '']) => ({ name, series: seriesNames(name, kind) }),
);

/** As the exporter of OpenTelemetry's JavaScript SDK names the series of a metric; other exporters put the unit into it. */
function seriesNames(name: string, kind: string): readonly string[] {
  const base = name.replaceAll('.', '_');
  if (kind === 'histogram') return ['bucket', 'count', 'sum'].map((part) => `${base}_${part}`);
  return [kind === 'counter' ? `${base}_total` : base];
}

describe('the files for Prometheus and Grafana', () => {
  let series: Series;
  before('scrape a service', async () => {
    const kafka = await kafkaUnderTest();
    try {
      const topics = [await kafka.createTopic(), await kafka.createTopic()] as const;
      series = seriesOf(await scrapeMeasuredService(kafka.brokers, topics));
    } finally {
      await kafka.stop();
    }
  });

  it('are about the metrics of the documentation, all of which a service exports that meets no fault', () => {
    expect(documented).to.have.length.above(15);
    const missing = documented.filter(({ name }) => !rare.includes(name)).flatMap((each) => each.series.filter((one) => !series.has(one)));
    expect(missing).to.deep.equal([]);
    const ours = [...series.keys()].filter((name) => /^(messaging|tracelink)_/.test(name));
    expect(documented.flatMap((each) => each.series)).to.include.members(ours);
  });

  it('ask for series and labels that are exported', () => {
    const unknown = [...expressions()].flatMap(([where, selectors]) => selectors.flatMap((selector) => faultsOf(selector, where)));
    expect(unknown).to.deep.equal([]);
  });

  it('show every metric on the dashboard', () => {
    const shown = panels.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => selectorsOf(expr).map(({ metric }) => metric)));
    expect(documented.filter((each) => !each.series.some((one) => shown.includes(one))).map(({ name }) => name)).to.deep.equal([]);
  });

  it('have alerts that say what is wrong, by labels that their expression keeps', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).to.equal(rules.length);
    for (const { alert, expr, labels, annotations } of rules) {
      expect(labels['severity'], alert).to.be.oneOf(['warning', 'critical']);
      expect(annotations, alert).to.have.all.keys('summary', 'description');
      const kept = selectorsOf(expr).flatMap((selector) => selector.labels);
      const used = [
        ...Object.values(annotations)
          .join(' ')
          .matchAll(/\$labels\.(\w+)/g),
      ].map(([, label]) => label);
      expect(kept, alert).to.include.members(used);
    }
  });

  it('keep topics of different templates apart, which have no name', () => {
    const kept = (expr: string): readonly string[] => [...expr.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].map(([, labels = '']) => labels);
    const named = [...rules.map(({ expr }) => expr), ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))]
      .flatMap(kept)
      .filter((labels) => labels.includes('messaging_destination_name'));
    expect(named).to.have.length.above(30);
    expect(named.filter((labels) => !labels.includes('messaging_destination_template'))).to.deep.equal([]);
    // Only gauges have the name beside the template.
    for (const { alert, annotations } of rules)
      if (!['KafkaPartitionBlocked', 'KafkaOutboxStuck'].includes(alert) && annotations['summary']?.includes('destination_name'))
        expect(annotations['summary'], alert).to.contain('destination_name }}{{ $labels.messaging_destination_template }}');
  });

  it('compare the lag of a topic with a template to its attempts, which have no name', () => {
    const { expr } = rules.find(({ alert }) => alert === 'KafkaConsumerStalled') as Rule;
    const [, labels = ''] = /by \(([^)]*)\) \(\s*tracelink_delivery_lag\{[^}]*template!=""\}/.exec(expr) ?? [];
    expect(labels.split(', ')).to.deep.equal(['messaging_destination_template', 'messaging_consumer_group_name']);
  });

  it('do not take messages that wait for a long scheduled retry for a consumer that stands still', () => {
    const { expr } = rules.find(({ alert }) => alert === 'KafkaConsumerStalled') as Rule;
    const [, pattern = ''] = /tracelink_delivery_lag\{messaging_destination_name!~("[^"]*"), /.exec(expr) ?? [];
    // Prometheus anchors a pattern at both ends, and reads escapes as JSON does.
    const leavesOut = new RegExp(`^(?:${JSON.parse(pattern) as string})$`);
    for (const delay of ['500ms', '30s', '1m', '12h', '1d']) expect(`orders.packing.retry.${delay}`).to.match(leavesOut);
    for (const topic of ['orders', 'orders.retry', 'orders.packing.retry.1h.audit', 'orders.packing.retryX1h'])
      expect(topic).to.not.match(leavesOut);
  });

  it('have alerts that are all in the documentation', () => {
    const rows = [...read('docs/operations/prometheus.md').matchAll(/^\| `(Kafka\w+)` *\|.*\| (\w+) +\|$/gm)].map(([, ...row]) => row);
    expect(rows).to.deep.equal(rules.map(({ alert, labels }) => [alert, labels['severity']]));
  });

  it('have a dashboard whose panels do not overlap and whose variables exist', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).to.equal(dashboard.panels.length);
    const overlaps = dashboard.panels.flatMap((one, index) =>
      dashboard.panels.slice(index + 1).flatMap((other) => (overlap(one, other) ? [`${one.title} and ${other.title}`] : [])),
    );
    expect(overlaps).to.deep.equal([]);
    for (const { title, description, gridPos, targets = [] } of panels) {
      expect(description, title).to.be.a('string').that.is.not.empty;
      expect(gridPos.x + gridPos.w, title).to.be.at.most(24);
      expect(new Set(targets.map(({ refId }) => refId)).size, title)
        .to.equal(targets.length)
        .and.be.above(0);
      // A legend with a label that the expression does not keep is empty.
      for (const { expr, legendFormat } of targets)
        expect(
          selectorsOf(expr).flatMap(({ labels }) => labels),
          title,
        ).to.include.members([...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label));
    }
    const used = [...new Set([...JSON.stringify(dashboard).matchAll(/\$\{?([a-z]+)\b/g)].map(([, name]) => name))];
    expect(dashboard.templating.list.map(({ name }) => name)).to.have.members(used);
  });

  it('refuse what is no PromQL, and a name that nothing exports', () => {
    expect(() => selectorsOf('sum by (topic (rate(x_total[5m]))')).to.throw('no PromQL at');
    const [misspelt] = selectorsOf('rate(tracelink_delivery_dead_letter_total{topic="a"}[5m])');
    expect(faultsOf(misspelt as Selector, 'here')).to.deep.equal(['here: no series tracelink_delivery_dead_letter_total']);
    const [mislabelled] = selectorsOf('sum by (group) (tracelink_delivery_lag{topic="a"})');
    expect(faultsOf(mislabelled as Selector, 'here')).to.deep.equal([
      'here: tracelink_delivery_lag has no label topic',
      'here: tracelink_delivery_lag has no label group',
    ]);
  });

  /** The selectors of all expressions, by where they are. */
  function* expressions(): Generator<readonly [string, readonly Selector[]]> {
    for (const { alert, expr } of rules) yield [alert, selectorsOf(expr)];
    for (const { title, targets = [] } of panels) for (const { expr } of targets) yield [title, selectorsOf(expr)];
    for (const { name, definition } of dashboard.templating.list) {
      if (definition === undefined) continue;
      const [, metric = anyWith(definition), label = definition] = /^label_values\((?:(\w+), )?(\w+)\)$/.exec(definition) ?? [];
      yield [`variable ${name}`, [{ metric, labels: [label] }]];
    }
  }

  /** A series that has the label which `label_values(label)` asks all series for. */
  function anyWith(definition: string): string {
    return [...series].find(([, labels]) => labels.has(definition.slice('label_values('.length, -1)))?.[0] ?? definition;
  }

  function faultsOf({ metric, labels }: Selector, where: string): readonly string[] {
    // Prometheus' own of every target, and of no use here: `job`, `instance`.
    const known = series.get(metric);
    // A topic has its name or its template, and a service may have no topic of either kind for a metric.
    const hasTopic = known?.has('messaging_destination_name') === true || known?.has('messaging_destination_template') === true;
    const isOfTopic = (label: string): boolean => hasTopic && /^messaging_destination_(?:name|template)$/.test(label);
    if (known !== undefined)
      return labels.filter((label) => !known.has(label) && !isOfTopic(label)).map((label) => `${where}: ${metric} has no label ${label}`);
    const isRare = documented.some((each) => rare.includes(each.name) && each.series.includes(metric));
    return isRare ? [] : [`${where}: no series ${metric}`];
  }

  function overlap({ gridPos: one }: Panel, { gridPos: other }: Panel): boolean {
    return one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h;
  }
});
