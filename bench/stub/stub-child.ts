// One case of one library in one mode, in a process of its own so that no other library's calls have shaped the machine code.
import { nanosecondsPerCall, type Effort } from '../measure/measure.ts';
import { withPreparedCall, type StubSubject } from './prepared-call.ts';

/** What the parent asks for, as JSON in the first argument. */
export interface StubTask extends StubSubject {
  readonly effort: Effort;
}

/** What the child answers, as JSON on stdout. */
export interface StubAnswer {
  readonly nanoseconds: number;
  readonly spansPerCall: number;
  readonly metrics: readonly string[];
}

const { effort, ...subject } = JSON.parse(process.argv[2] ?? '') as StubTask;
const answer = await withPreparedCall(subject, async ({ call, spansPerCall, metrics }): Promise<StubAnswer> => ({
  nanoseconds: await nanosecondsPerCall(call, effort),
  spansPerCall,
  metrics,
}));
process.stdout.write(JSON.stringify(answer));
