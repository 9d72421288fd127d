import type { TaskOptions } from './background-task.ts';
import { checkTimeout } from './background-tasks-options.ts';
import { ContextError } from './context-error.ts';
import { areContextValues } from './context-value.ts';

/**
 * Checks the arguments of `run` before anything is started: a span that was started by a wrong call would never end.
 *
 * @throws {ContextError} `invalid_option`, with a text that says what to write instead
 */
export function checkTask(name: unknown, task: unknown, { timeout, relation, signal, keys }: TaskOptions<unknown>): void {
  if (typeof name !== 'string' || name === '') throw new ContextError('invalid_option', 'A task needs a name, a string that is not empty.');
  const refuse = (must: string): never => {
    throw new ContextError('invalid_option', `"${name}": ${must}.`);
  };
  if (typeof task !== 'function') refuse('the task must be a function');
  if (timeout !== undefined) checkTimeout('timeout', timeout, 1);
  if (relation !== 'parent' && relation !== 'link') refuse('"relation" must be "parent" or "link"');
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') refuse('"signal" must be an AbortSignal');
  if (keys !== undefined && !areContextValues(keys)) refuse('"keys" must be a list of context values');
}
