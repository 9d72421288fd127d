import nodeModule from 'node:module';
import { processWide } from '@tracelink/context/internal';
import { registerClients } from './register-clients.ts';
import { watchFirstMessage } from './first-message.ts';

if (typeof nodeModule.registerHooks !== 'function') {
  process.stderr.write(`@tracelink/kafka/register needs Node 22.15 or later; this is Node ${process.versions.node}.\n`);
  process.exit(1);
}

// `node --import @tracelink/kafka/register`: the clients that the program makes are traced, and its code is as it was. Once in a process: the ES
// module and the CommonJS one are two copies, and a program may be started with both.
processWide('@tracelink/kafka.register.1', () => {
  registerClients();
  watchFirstMessage();
  return {};
});
