import { asked, isPassing } from './client-errors.ts';
import type { Client } from './shapes.ts';

// Milliseconds.
const longestConnect = 10_000;
const longestTry = 500;

/**
 * Connects a client of the engine's own, which asks for metadata in short tries. One question occupies a thread of Node's pool until its
 * time is up; nothing interrupts it, and at its end the process waits for it, after `process.exit()`, too. The connection that it waits
 * for stays under way from one try to the next.
 *
 * @param verdict asked after a try without an answer: whether a broker has answered since, as one does that takes longer than a try;
 * whether to give up; or `undefined`, to try again
 * @throws the error of the last try, as the port has it
 */
export function connectInTries(client: Client, verdict: () => 'answered' | 'given up' | undefined): Promise<unknown> {
  const ask = client.getMetadata.bind(client);
  const timeIsUp = performance.now() + longestConnect;
  // `connect` asks by this method, and disconnects after its error: so the client ends as it does by itself.
  client.getMetadata = (options, done) => {
    const isLast = performance.now() + longestTry >= timeIsUp;
    ask({ ...options, timeout: longestTry }, (error, metadata) => {
      const said = error ? verdict() : undefined;
      if (said === 'answered') done(null, metadata);
      else if (!error || said === 'given up' || isLast || !isPassing(error)) done(error, metadata);
      else client.getMetadata(options, done);
    });
  };
  const connected = asked<unknown>((done) => client.connect({ allTopics: false, timeout: longestTry }, done));
  return connected.finally(() => (client.getMetadata = ask));
}
