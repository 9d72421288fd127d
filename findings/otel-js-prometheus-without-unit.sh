#!/usr/bin/env bash
# @opentelemetry/exporter-prometheus 0.301.0: the names of series have no unit, which OpenTelemetry's specification of this format asks for, so that what reaches
# Prometheus by this exporter and by OTLP has two names: a dashboard fits one of both. (open-telemetry/opentelemetry-js#3466)
. "$(dirname "$0")/support/kafka.sh"
install @opentelemetry/api@1.10.0 @opentelemetry/sdk-metrics@3.1.0 @opentelemetry/exporter-prometheus@0.301.0
run <<'JS'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
const exporter = new PrometheusExporter({ preventServerStart: true });
const meter = new MeterProvider({ readers: [exporter] }).getMeter('units');
meter.createHistogram('messaging.process.duration', { unit: 's', advice: { explicitBucketBoundaries: [1] } }).record(0.5);
meter.createCounter('messaging.client.sent.messages', { unit: '{message}' }).add(1);
const { resourceMetrics } = await exporter.collect();
const text = new PrometheusSerializer().serialize(resourceMetrics);
console.log([...new Set([...text.matchAll(/^(messaging\w+)/gm)].map(([, name]) => name))].join('\n'));
JS
expect 'messaging_process_duration_count
messaging_process_duration_sum
messaging_process_duration_bucket
messaging_client_sent_messages_total'
