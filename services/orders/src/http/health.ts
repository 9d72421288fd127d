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

/**
 * The result of `work`, or a rejection after `milliseconds`. The work itself continues: a caller that needs its end keeps the
 * promise.
 */
async function withDeadline<T>(work: Promise<T>, milliseconds: number, late: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${late} within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
