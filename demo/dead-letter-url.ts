import type { DemoStack } from './stack.ts';

/** A record of a dead-letter topic, by its place. */
export interface DeadLetterPlace {
  readonly topic: string;
  readonly partition: number;
  /** Decimal. */
  readonly offset: string;
}

/**
 * The page of a dead-letter record in the studio, from which it can be replayed as well. `undefined` where the studio was not handed the
 * dead-letter topics.
 */
export async function deadLetterUrl(
  { studio, signal }: Pick<DemoStack, 'studio' | 'signal'>,
  { topic, partition, offset }: DeadLetterPlace,
): Promise<string | undefined> {
  const response = await fetch(`${studio.url}/api/providers`, { signal });
  if (!response.ok) return undefined;
  const { deadLetters } = (await response.json()) as { readonly deadLetters?: boolean };
  return deadLetters === true ? `${studio.url}/dead-letters/${encodeURIComponent(topic)}/${partition}/${offset}` : undefined;
}
