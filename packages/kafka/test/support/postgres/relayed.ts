import type { EmbeddedKafka } from '@tracelink/embedded-kafka';
import type { SubscriptionLog } from '../../../src/subscribe/subscribe-options.ts';

/** The values of a topic, partition after partition, with repetitions. */
export function valuesOf(kafka: EmbeddedKafka, topic: string): string[] {
  const { partitions } = kafka.topic(topic);
  return Array.from({ length: partitions }, (_, partition) => kafka.topic(topic).records(partition))
    .flat()
    .map(({ value }) => String(value));
}

/** Resolves once a topic has this many different values. */
export async function relayed(kafka: EmbeddedKafka, topic: string, count: number): Promise<void> {
  const holds = (): boolean => new Set(valuesOf(kafka, topic)).size >= count;
  if (holds()) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = kafka.on('Produce', async (_request, next) => {
    const answer = await next();
    if (holds()) resolve();
    return answer;
  });
  await promise;
  stop();
}

/** A relay's warnings about messages that cannot be sent. */
export interface Warnings {
  readonly log: SubscriptionLog;
  /** The fields of the next line. */
  readonly next: () => Promise<Warning>;
}

/** A line, with its fields. */
interface Warning {
  readonly text: string;
  readonly topic: string;
  readonly error: unknown;
}

export function warnings(): Warnings {
  const lines: Warning[] = [];
  let heard = (): void => {};
  return {
    log: {
      info: () => {},
      warn(fields, text) {
        lines.push({ ...(fields as Omit<Warning, 'text'>), text });
        heard();
      },
    },
    async next() {
      if (lines.length === 0) await new Promise<void>((resolve) => (heard = resolve));
      return lines.shift() as Warning;
    },
  };
}

/** Values that came before an earlier one of the same key, at its first occurrence. `value` is `key:number`. */
export function overtakings(values: readonly string[]): string[] {
  const latest = new Map<string, number>();
  const seen = new Set<string>();
  return values.filter((value) => {
    if (seen.has(value)) return false;
    seen.add(value);
    const [key = '', number] = value.split(':');
    const before = latest.get(key) ?? -1;
    latest.set(key, Math.max(before, Number(number)));
    return Number(number) < before;
  });
}
