// One case of one library in one mode, in a process of its own so that no other library's calls have shaped the machine code.
import { context } from '@opentelemetry/api';
import { nanosecondsPerCall, type Effort } from '../measure/measure.ts';
import type { CaseName, Library, Mode } from '../measure/scenario.ts';
import { startSdk, type Sdk } from '../measure/sdk.ts';
import { stubCall } from './stub-calls.ts';
import { stubClients, type StubClients } from './stub-clients.ts';

/** What the parent asks for, as JSON in the first argument. */
export interface StubTask {
  readonly name: CaseName;
  readonly library: Library;
  readonly mode: Mode;
  readonly effort: Effort;
}

/** What the child answers, as JSON on stdout. */
export interface StubAnswer {
  readonly nanoseconds: number;
  readonly spansPerCall: number;
}

const { name, library, mode, effort } = JSON.parse(process.argv[2] ?? '') as StubTask;
const sdk = startSdk(mode);
const clients = stubClients(library);
const call = await stubCall(name, library, mode, clients);
const answer = await context.with(name.startsWith('send') ? sdk.request : context.active(), async (): Promise<StubAnswer> => {
  const spansPerCall = await spansOf(sdk, call);
  checkHeaders(clients);
  return { nanoseconds: await nanosecondsPerCall(call, effort), spansPerCall };
});
process.stdout.write(JSON.stringify(answer));

async function spansOf({ ended }: Sdk, one: () => Promise<unknown>): Promise<number> {
  const before = ended();
  await one();
  return ended() - before;
}

/** A library that wrote no context would be fast for nothing. */
function checkHeaders({ kafka }: StubClients): void {
  const traced = kafka.sent.filter(({ headers }) => headers !== undefined && 'b3' in headers).length;
  const expected = library === 'bare' || mode === 'none' ? 0 : kafka.sent.length;
  if (traced !== expected) throw new Error(`${library} wrote b3 into ${traced} of ${kafka.sent.length} messages, not into ${expected}.`);
}
