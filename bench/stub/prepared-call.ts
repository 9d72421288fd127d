import { context } from '@opentelemetry/api';
import { cases, type CaseName, type Contender, type Mode } from '../measure/scenario.ts';
import { startSdk, type Sdk } from '../measure/sdk.ts';
import { stubCall, type Call } from './stub-calls.ts';
import { stubClients, type StubClients } from './stub-clients.ts';

/** One case of one library in one mode. */
export interface StubSubject {
  readonly name: CaseName;
  readonly library: Contender;
  readonly mode: Mode;
}

/** A call whose work is what its name says. */
export interface PreparedCall {
  readonly call: Call;
  readonly messages: number;
  readonly spansPerCall: number;
  /** The names of the metrics that one call recorded. */
  readonly metrics: readonly string[];
}

/**
 * Sets a whole process up for one case and hands its call to `measure`, in the context of a request where it sends.
 *
 * @throws when the call does not do what it is measured for
 */
export async function withPreparedCall<T>(subject: StubSubject, measure: (prepared: PreparedCall) => Promise<T>): Promise<T> {
  const { name, library, mode } = subject;
  const sdk = startSdk(mode);
  const clients = stubClients(library);
  const call = await stubCall(name, library, mode, clients);
  return context.with(name.startsWith('send') ? sdk.request : context.active(), async () => {
    const spansPerCall = await spansOf(sdk, call);
    checkHeaders(subject, clients);
    return measure({ call, messages: cases[name].messages, spansPerCall, metrics: await sdk.measured() });
  });
}

async function spansOf({ ended }: Sdk, one: () => Promise<unknown>): Promise<number> {
  const before = ended();
  await one();
  return ended() - before;
}

/** A library that wrote no context would be fast for nothing. */
function checkHeaders({ library, mode }: StubSubject, { kafka }: StubClients): void {
  const traced = kafka.sent.filter(({ headers }) => headers !== undefined && 'b3' in headers).length;
  const expected = library === 'bare' || mode === 'none' ? 0 : kafka.sent.length;
  if (traced !== expected) throw new Error(`${library} wrote b3 into ${traced} of ${kafka.sent.length} messages, not into ${expected}.`);
}
