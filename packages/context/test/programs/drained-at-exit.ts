// The same task, and a drain: the process stays until it has reported what it abandons.
import { BackgroundTasks } from '@tracelink/context';

const tasks = new BackgroundTasks({ onError: () => {} });
tasks.run('never', () => new Promise(() => {}));
const { abandoned } = await tasks.drain({ timeout: 20, grace: 20 });
process.stdout.write(abandoned.map(({ name }) => name).join());
