import type { Consumer } from 'kafkajs';

/** Payloads of the events of a kafkajs consumer that tests wait for. */
interface Payloads {
  readonly 'consumer.group_join': { readonly memberId: string; readonly memberAssignment: Readonly<Record<string, number[]>> };
  readonly 'consumer.fetch': object;
  readonly 'consumer.crash': { readonly error: Error; readonly restart: boolean };
  readonly 'consumer.rebalancing': object;
  readonly 'consumer.commit_offsets': object;
}

/** The next event of this kind for which `matches` holds. Call it before what causes the event. */
export async function nextEvent<E extends keyof Payloads>(
  consumer: Consumer,
  event: E,
  matches: (payload: Payloads[E]) => boolean = () => true,
): Promise<Payloads[E]> {
  const { promise, resolve } = Promise.withResolvers<Payloads[E]>();
  // Every kind of event has an overload of its own in kafkajs; the last one takes them all.
  const remove = consumer.on(event as 'consumer.connect', ({ payload }: { payload: unknown }) => {
    if (matches(payload as Payloads[E])) resolve(payload as Payloads[E]);
  });
  try {
    return await promise;
  } finally {
    remove();
  }
}
