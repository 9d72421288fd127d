import { Writable } from 'node:stream';
import { serviceLogger, type Logger } from '@tracelink-demo/kit';

/** A line of the logger, parsed. */
export type LogLine = Readonly<Record<string, unknown>>;

/** A service's real logger, its lines so far, and a function that awaits one. */
export class LogLines {
  readonly lines: LogLine[] = [];
  readonly log: Logger;
  #waiting: { readonly msg: string; readonly resolve: (line: LogLine) => void }[] = [];

  constructor() {
    const destination = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.#keep(JSON.parse(chunk.toString()) as LogLine);
        done();
      },
    });
    this.log = serviceLogger('test', 'debug', destination);
  }

  /** Resolves with the first line of that message, also when it was written before. */
  line(msg: string): Promise<LogLine> {
    const line = this.lines.find((candidate) => candidate['msg'] === msg);
    if (line !== undefined) return Promise.resolve(line);
    return new Promise((resolve) => this.#waiting.push({ msg, resolve }));
  }

  #keep(line: LogLine): void {
    this.lines.push(line);
    const woken = this.#waiting.filter(({ msg }) => msg === line['msg']);
    this.#waiting = this.#waiting.filter(({ msg }) => msg !== line['msg']);
    for (const { resolve } of woken) resolve(line);
  }
}
