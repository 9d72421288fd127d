import { registerClients } from './register/register-clients.ts';

// `node --import @tracelink/kafka/register`: the clients that the program makes are traced, and its code is as it was.
registerClients();
