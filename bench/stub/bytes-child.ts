// What one case allocates, in a process of its own: the answer is bytes a message, the bare call's own included.
import { bytesPerCall } from '../measure/allocated.ts';
import { withPreparedCall, type StubSubject } from './prepared-call.ts';

const subject = JSON.parse(process.argv[2] ?? '') as StubSubject;
const bytes = await withPreparedCall(subject, async ({ call, messages }) => (await bytesPerCall(call)) / messages);
process.stdout.write(JSON.stringify(bytes));
