import type { LogLine, ServiceProcess } from './service-process.ts';

/**
 * Does something, and waits for a service's line about it, which may come before the answer.
 *
 * @param what the line, for the error
 * @param aboutOf what a line is about; `undefined`: it is another line
 * @param idOf the same of an answer
 * @throws {Error} when it does not come in time, or the service is stopped
 */
export async function lineAbout<Answer>(
  service: ServiceProcess,
  what: string,
  aboutOf: (line: LogLine) => unknown,
  act: () => Promise<Answer>,
  idOf: (answer: Answer) => unknown,
): Promise<Answer> {
  const seen = new Set<unknown>();
  const was = Promise.withResolvers<void>();
  let wanted: unknown = undefined;
  const look = (): boolean => {
    const isIt = wanted !== undefined && seen.has(wanted);
    if (isIt) was.resolve();
    return isIt;
  };
  const line = service.line(what, (each) => {
    seen.add(aboutOf(each));
    return look();
  });
  // It can reject while the answer is waited for, or when the line came before.
  line.catch(() => {});
  const answer = await act();
  wanted = idOf(answer);
  look();
  await Promise.race([was.promise, line]);
  return answer;
}
