/** What a message cost one process. */
export interface Cost {
  /** Microseconds of CPU time of the process, with the threads of its client, of the collector and of the compiler. */
  readonly cpu: number;
  /** The same of the thread alone that runs JavaScript. */
  readonly main: number;
  /** Messages a second, by the clock. */
  readonly rate: number;
}

/** Begins to measure; the answer ends it, and divides by the messages that went through meanwhile. */
export function startCost(): (messages: number) => Cost {
  const cpu = process.cpuUsage();
  const thread = process.threadCpuUsage();
  const started = performance.now();
  return (messages) => {
    const [whole, main] = [process.cpuUsage(cpu), process.threadCpuUsage(thread)].map(({ user, system }) => (user + system) / messages);
    return { cpu: whole as number, main: main as number, rate: messages / ((performance.now() - started) / 1_000) };
  };
}
