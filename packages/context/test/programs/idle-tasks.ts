// A task that nothing could ever end, with a timeout of an hour, beside nothing else to do: the process may end.
import { BackgroundTasks } from '@tracelink/context';

new BackgroundTasks({ timeout: 3_600_000 }).run('never', () => new Promise(() => {}));
