import { processWide } from '@tracelink/context/internal';
import { checkNode } from './check-node.ts';
import { registerClients } from './register-clients.ts';
import { watchForProvider } from './without-provider.ts';

// `node --import @tracelink/kafka/register`: the clients that the program makes are traced, and its code is as it was. Once in a process: the ES
// module and the CommonJS one are two copies, and a program may be started with both.
processWide('@tracelink/kafka.register.1', () => {
  checkNode();
  registerClients();
  watchForProvider();
  return {};
});
