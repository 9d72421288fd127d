import { context as contextApi, ROOT_CONTEXT } from '@opentelemetry/api';
import type { KafkaPropagation } from '@tracelink/propagation';
import type { Forwarded } from './client.ts';

export type Send = (messages: readonly Forwarded[]) => Promise<unknown>;

/**
 * Sends together what the handlers that run at once bring in one turn of the event loop. kafkajs and Platformatic's client send each `send`
 * by itself. A message carries the context of its own handler; the one send belongs to none of them, and links them all.
 */
export function sendTogether(propagation: KafkaPropagation, topic: string, send: Send): (message: Forwarded) => Promise<unknown> {
  let messages: Forwarded[] = [];
  let sent: Promise<unknown> | undefined;
  const sendAll = (): Promise<unknown> => {
    const all = messages;
    [messages, sent] = [[], undefined];
    return send(all);
  };
  const soon = (): Promise<unknown> =>
    new Promise((resolve) => contextApi.with(ROOT_CONTEXT, () => setImmediate(() => resolve(sendAll()))));
  return (message) => {
    const headers = propagation.injection(contextApi.active(), topic).into<Forwarded['headers']>(undefined);
    messages.push(headers === undefined ? message : { ...message, headers });
    return (sent ??= soon());
  };
}
