import { oneLine } from './shown-bytes.ts';

/** Where a command writes. */
export interface Terminal {
  /** Results, on stdout. The caller sees to it that nothing in them moves the cursor. */
  readonly print: (text: string) => void;
  /** All else, one line on stderr; what would move the cursor is escaped. */
  readonly say: (line: string) => void;
}

export const terminal: Terminal = {
  print: (text) => void process.stdout.write(`${text}\n`),
  say: (line) => void process.stderr.write(`${oneLine(line)}\n`),
};
