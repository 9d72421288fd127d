import { clientsOf, type ClientMaker } from '../client/client-maker.ts';
import { kafkaErrorName } from '../client/port/kafka-error.ts';
import { errorMessage } from '../core/error-type.ts';
import { orAborted } from '../core/aborted-work.ts';

/** Milliseconds before it is said what is waited for, and between two times. */
const silence = 2_000;
const again = 5_000;

/** What a broker has answered: an error with a name in Kafka's protocol, and what clients make of one that it gave for a password. */
const isAnswer = (error: unknown): boolean => /^[A-Z][A-Z0-9_]+$|Authentication/.test(kafkaErrorName(error));

/**
 * Waits until a broker answers or `signal` is aborted, and says so when that takes longer than a moment: clients try again for seconds
 * without a word.
 *
 * @param say writes one line to stderr
 * @throws when none answers: an error that names the brokers, and what to look at
 */
export async function reachBrokers(
  kafka: ClientMaker,
  brokers: readonly string[],
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  const where = brokers.join(', ');
  const startedAt = performance.now();
  const tell = (): void => say(`waiting for an answer of ${where} (${Math.round((performance.now() - startedAt) / 1_000)} s)`);
  let later: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    tell();
    later = setInterval(tell, again);
  }, silence);
  const admin = clientsOf('the command', kafka).admin();
  try {
    await orAborted(
      (async () => {
        await admin.connect();
        await admin.disconnect();
      })(),
      signal,
    );
  } catch (error) {
    if (signal.aborted) {
      // What it still tries would keep the process.
      admin.disconnect().catch(() => {});
      return;
    }
    if (isAnswer(error)) throw error;
    const what = `No broker answers at ${where}: ${errorMessage(error).replace(/\.$/, '')}`;
    throw new Error(`${what}. Does it run, may this machine reach it, and does it want TLS (--ssl) or a password (--sasl)?`, {
      cause: error,
    });
  } finally {
    clearTimeout(first);
    clearInterval(later);
  }
}
