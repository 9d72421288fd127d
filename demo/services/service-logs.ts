import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the services' log lines go, when not to the terminal. */
export interface ServiceLogs {
  readonly file: string;
  /** Whether a service wrote a line. */
  readonly written: boolean;
  write(service: string, line: string): void;
  /** Deletes the file. */
  remove(): Promise<void>;
}

/** Opens a file for log lines in a new temporary folder. */
export async function openServiceLogs(): Promise<ServiceLogs> {
  const folder = await mkdtemp(join(tmpdir(), 'tracelink-demo-'));
  const file = join(folder, 'services.log');
  const stream = createWriteStream(file);
  return {
    file,
    get written() {
      return stream.bytesWritten > 0 || stream.writableLength > 0;
    },
    write: (service, line) => void stream.write(`${service}: ${line}\n`),
    async remove() {
      await new Promise((resolve) => stream.end(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
