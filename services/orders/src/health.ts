import { withDeadline } from './deadline.ts';

/** Whether each dependency of the service answers. */
export type Health = Readonly<Record<string, 'up' | 'down'>>;

/** Checks all of them at the same time, each for at most `deadline` milliseconds. Never rejects. */
export async function checkHealth(checks: Readonly<Record<string, () => Promise<unknown>>>, deadline: number): Promise<Health> {
  const states = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        await withDeadline(check(), deadline, `${name} did not answer`);
        return [name, 'up'] as const;
      } catch {
        return [name, 'down'] as const;
      }
    }),
  );
  return Object.fromEntries(states);
}
