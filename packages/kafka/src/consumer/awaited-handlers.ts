import type { EachMessagePayloadLike, RunConfigLike } from '../client/kafka-client.ts';
import { watch } from '../core/outcome.ts';

type EachMessage = NonNullable<RunConfigLike['eachMessage']>;

/** A layer that waits for no handler is there from the first message on, so later ones are not watched. */
const watchedHandlers = 1_000;

/**
 * Warns once when two handlers of one partition run at the same time. kafkajs awaits each handler, so something between it and us does
 * not: then a message whose handler fails is committed like any other, and its rejection is nobody's.
 */
export function checkedForAwaiting(eachMessage: EachMessage): EachMessage {
  const running = new Set<EachMessagePayloadLike>();
  let left = watchedHandlers;
  return (payload) => {
    if (left === 0) return eachMessage(payload);
    left--;
    if (running.size > 0 && hasOneOfPartition(running, payload)) {
      left = 0;
      warn(payload.topic);
    }
    running.add(payload);
    return watch(
      () => eachMessage(payload),
      () => void running.delete(payload),
    );
  };
}

function hasOneOfPartition(running: ReadonlySet<EachMessagePayloadLike>, { topic, partition }: EachMessagePayloadLike): boolean {
  for (const other of running) if (other.partition === partition && other.topic === topic) return true;
  return false;
}

function warn(topic: string): void {
  // Messages are at stake, so not through `diag`, which nobody may listen to.
  process.emitWarning(
    `two handlers of one partition of the topic "${topic}" run at once: a layer between kafkajs and the handler does not wait for it, so ` +
      'messages whose handler fails are committed and not delivered again. The agent of New Relic does that with its flag ' +
      'kafkajs_instrumentation: switch that off, or use subscribe() of @tracelink/kafka/subscribe',
    { code: 'TRACELINK_HANDLER_NOT_AWAITED' },
  );
}
