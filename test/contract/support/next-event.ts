import type { Consumer } from 'kafkajs';

/** The payloads of the kafkajs consumer events that tests wait for. */
interface Payloads {
  readonly 'consumer.group_join': { readonly memberId: string; readonly memberAssignment: Readonly<Record<string, number[]>> };
  readonly 'consumer.fetch': object;
  readonly 'consumer.crash': { readonly error: Error; readonly restart: boolean };
  readonly 'consumer.rebalancing': object;
  readonly 'consumer.commit_offsets': object;
}

/** Resolves with the next event of this type for which `matches` is true. Call it before causing the event. */
export async function nextEvent<E extends keyof Payloads>(
  consumer: Consumer,
  event: E,
  matches: (payload: Payloads[E]) => boolean = () => true,
): Promise<Payloads[E]> {
  const { promise, resolve } = Promise.withResolvers<Payloads[E]>();
  // kafkajs has an overload for each event type; the last one accepts all of them.
  const remove = consumer.on(event as 'consumer.connect', ({ payload }: { payload: unknown }) => {
    if (matches(payload as Payloads[E])) resolve(payload as Payloads[E]);
  });
  try {
    return await promise;
  } finally {
    remove();
  }
}
