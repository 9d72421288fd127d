import { createRequire, isBuiltin, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { registrations } from './client/adapters.ts';
import { guard } from './core/guard.ts';
import { wrapConsumer } from './consumer/wrap-consumer.ts';
import { wrapProducer } from './producer/wrap-producer.ts';

const wrap = {
  producer: <P extends object>(producer: P): P => wrapProducer(producer),
  consumer: <C extends object>(consumer: C): C => wrapConsumer(consumer),
};

/**
 * Has the clients of every library that there is an adapter for be wrapped, in whatever module system and in which copy of the library they are
 * made: as soon as anything imports or requires one, it is loaded, and its registration told, before whoever asked for it gets it.
 * Hooks of this kind run in the process's own thread.
 */
function registerClients(): void {
  const byName = new Map(registrations.map((registration) => [registration.packageName, registration]));
  const seen = new Set<string>();
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context);
      const registration = byName.get(specifier);
      const { url } = resolved;
      if (registration === undefined || seen.has(url) || isBuiltin(url)) return resolved;
      // Before it is loaded: loading it resolves it again.
      seen.add(url);
      guard(`wrapping the clients of ${specifier}`, () => {
        const path = fileURLToPath(url);
        registration.register(createRequire(path)(path) as Readonly<Record<string, unknown>>, wrap);
      });
      return resolved;
    },
  });
}

// `node --import @tracelink/kafka/register`: the clients that the program makes are traced, and its code is as it was.
registerClients();
