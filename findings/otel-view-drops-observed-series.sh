#!/usr/bin/env bash
# @opentelemetry/sdk-metrics 3.1.0: a view that leaves attributes out makes one series of several. Of a counter it exports their sum, of an observable counter that
# observed the same values only the one that was observed last.
. "$(dirname "$0")/support/kafka.sh"
install @opentelemetry/api@1.10.0 @opentelemetry/sdk-metrics@3.1.0
run <<'JS'
import { createAllowListAttributesProcessor, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
class Reader extends MetricReader {
  async onShutdown() {}
  async onForceFlush() {}
}
const reader = new Reader();
const views = [{ instrumentName: '*', attributesProcessors: [createAllowListAttributesProcessor(['topic'])] }];
const meter = new MeterProvider({ readers: [reader], views }).getMeter('sent messages');
const series = [
  [3, { topic: 'orders', outcome: 'sent' }],
  [1, { topic: 'orders', outcome: 'failed' }],
];
const counter = meter.createCounter('counter');
for (const [value, attributes] of series) counter.add(value, attributes);
meter.createObservableCounter('observable counter').addCallback((result) => {
  for (const [value, attributes] of series) result.observe(value, attributes);
});
const { resourceMetrics } = await reader.collect();
for (const { metrics } of resourceMetrics.scopeMetrics)
  for (const { descriptor, dataPoints } of metrics)
    for (const { attributes, value } of dataPoints) console.log(`${descriptor.name}: ${JSON.stringify(attributes)} ${value}`);
JS
expect 'counter: {"topic":"orders"} 4
observable counter: {"topic":"orders"} 1'
