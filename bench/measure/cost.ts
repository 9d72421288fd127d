/** What a message cost one process. */
export interface Cost {
  /** Microseconds of CPU time of the process, with the threads of its client, of the collector and of the compiler. */
  readonly cpu: number;
  /** Messages a second, by the clock. */
  readonly rate: number;
}

/** Begins to measure; the answer ends it, and divides by the messages that went through meanwhile. */
export function startCost(): (messages: number) => Cost {
  const cpu = process.cpuUsage();
  const started = performance.now();
  return (messages) => {
    const { user, system } = process.cpuUsage(cpu);
    return { cpu: (user + system) / messages, rate: messages / ((performance.now() - started) / 1_000) };
  };
}
