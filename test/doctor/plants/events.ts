import { CloudEvent, Kafka as KafkaBinding } from 'cloudevents';
import type { Message } from 'kafkajs';
import { byKafkajs, byTracelink, type LivePlant, type Send } from './live.ts';
import { id, traceparent } from './plant.ts';

const sdk = 'cloudevents 10.0.0';

type Mode = 'binary' | 'structured';

/** A message as CloudEvents’ SDK writes an event with these extensions, with no header that has no value. */
function eventMessage(mode: Mode, extensions: Readonly<Record<string, string>>): Message {
  const event = new CloudEvent({
    type: 'order.placed',
    source: '/orders',
    datacontenttype: 'application/json',
    data: 'tea',
    ...extensions,
  });
  const { headers, value } = KafkaBinding[mode](event);
  const there = Object.entries(headers as Record<string, string | undefined>).filter(([, text]) => text !== undefined);
  return { value: String(value), headers: Object.fromEntries(there) as Record<string, string> };
}

function byEvents(mode: Mode, extensions: () => Readonly<Record<string, string>>): Send {
  return (brokers, topic) => byKafkajs(brokers, topic, [eventMessage(mode, extensions())]);
}

/** Faults of senders that leave the trace to CloudEvents. */
export const ofEvents: readonly LivePlant[] = [
  {
    rule: 'no-context',
    by: `${sdk}, binary: the event’s own trace alone`,
    send: byEvents('binary', () => ({ traceparent: traceparent() })),
  },
  {
    rule: 'no-context',
    by: `${sdk}, structured: the trace in the value`,
    send: byEvents('structured', () => ({ traceparent: traceparent() })),
  },
  {
    rule: 'context-upper-case',
    also: ['no-context'],
    by: `${sdk}, binary: an extension in capitals, which it does not check`,
    send: byEvents('binary', () => ({ traceparent: traceparent().toUpperCase() })),
  },
  {
    rule: 'context-short',
    also: ['no-context'],
    by: `${sdk}, binary: a trace id of 64 bits, which it does not check`,
    send: byEvents('binary', () => ({ traceparent: `00-${id(16)}-${id(16)}-01` })),
  },
];

/** Events that a traced producer sends. */
export const healthyEvents: readonly (readonly [string, Send])[] = [
  ['cloudevents 10.0.0, binary, sent by tracelink', byTracelink({ inject: ['w3c'] }, undefined, eventMessage('binary', {}))],
  ['cloudevents 10.0.0, structured, sent by tracelink', byTracelink({ inject: ['w3c'] }, undefined, eventMessage('structured', {}))],
];
