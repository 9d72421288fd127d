import type { EmbeddedKafka } from '@tracelink/embedded-kafka';

/**
 * Asks for offsets, of which the broker drops every request, and disconnects the admin client as soon as the first has arrived.
 *
 * @returns what the question was rejected with, and how often it was asked
 */
export async function unansweredQuestion(
  broker: EmbeddedKafka,
  admin: { disconnect(): Promise<void> },
  ask: () => Promise<unknown> | undefined,
): Promise<{ readonly error: unknown; readonly hits: number }> {
  const arrived = Promise.withResolvers<void>();
  const match = (): boolean => {
    arrived.resolve();
    return true;
  };
  const lost = broker.fault({ api: 'ListOffsets', times: Infinity, match }, { drop: 'before' });
  const asked = ask()?.catch((thrown: unknown) => thrown);
  await arrived.promise;
  await admin.disconnect();
  return { error: await asked, hits: lost.hits };
}
