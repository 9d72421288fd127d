import type { DemoStack } from './stack.ts';

/** A record of a dead-letter topic, by its place. */
export interface DeadLetterPlace {
  readonly topic: string;
  readonly partition: number;
  /** Decimal. */
  readonly offset: string;
}

/** What the page shows of a replay. */
export interface PageReplay {
  /** Records by what became of them. */
  readonly counts: Readonly<Record<string, number>>;
  /** The replay's own trace. */
  readonly traceId: string;
}

/** The page of a dead-letter record in the studio. */
export function deadLetterUrl({ studio }: Pick<DemoStack, 'studio'>, { topic, partition, offset }: DeadLetterPlace): string {
  return `${studio.url}/dead-letters/${encodeURIComponent(topic)}/${partition}/${offset}`;
}

/**
 * Sends a record again by the request that the button of its page makes.
 *
 * @throws {Error} with what the studio answered when it was no report
 */
export async function replayFromPage(
  { studio, signal }: Pick<DemoStack, 'studio' | 'signal'>,
  { topic, partition, offset }: DeadLetterPlace,
): Promise<PageReplay> {
  const response = await fetch(`${studio.url}/api/dead-letters/${encodeURIComponent(topic)}/replay`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tracelink-studio': '1' },
    body: JSON.stringify({ dryRun: false, record: { partition, offset } }),
    signal,
  });
  // One JSON object a line: what it tells while it goes on, and its end.
  const answer = await response.text();
  const { result } = JSON.parse(answer.trimEnd().split('\n').at(-1) ?? '') as { readonly result?: PageReplay };
  if (result === undefined) throw new Error(`The studio did not replay ${topic}/${partition}/${offset}: ${answer}`);
  return result;
}
