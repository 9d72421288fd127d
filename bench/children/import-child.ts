// What one package costs to import, built, once its peers are there: milliseconds of CPU, in a process of its own.
export interface ImportTask {
  readonly packageName: string;
  /** Imported before. */
  readonly peers: readonly string[];
}

const { packageName, peers } = JSON.parse(process.argv[2] ?? '') as ImportTask;
for (const peer of peers) await import(peer);
const before = process.cpuUsage();
await import(packageName);
const { user, system } = process.cpuUsage(before);
process.stdout.write(JSON.stringify((user + system) / 1_000));
