import { constants } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import type { Studio } from '../server/start-studio.ts';
import { StudioError } from '../server/studio-options.ts';
import { UsageError } from './parse-arguments.ts';

interface TracesFile {
  readonly name: string;
  readonly text: string;
}

/**
 * The files that the command line names. They are read before the studio listens: what is wrong with a name is told at once.
 *
 * @throws {UsageError}
 */
export async function readFiles(names: readonly string[]): Promise<readonly TracesFile[]> {
  return Promise.all(
    names.map(async (name) => {
      try {
        const { size } = await stat(name);
        if (size > constants.MAX_STRING_LENGTH) throw new Error(tooLong(size));
        return { name, text: await readFile(name, 'utf8') };
      } catch (cause) {
        throw new UsageError(`cannot read the file '${name}': ${(cause as Error).message}`, { cause });
      }
    }),
  );
}

/** @param size in bytes */
function tooLong(size: number): string {
  const [own, most] = [size, constants.MAX_STRING_LENGTH].map((bytes) => Math.floor(bytes / 1_048_576)) as [number, number];
  return `it has ${own} MiB, and ${most} MiB are the most that is read. A file with a request in each line can be split between lines`;
}

/**
 * @returns a line that says what the file brought and where it is shown
 * @throws {StudioError} `invalid_import`, with the file's name
 */
export function importFile(studio: Studio, { name, text }: TracesFile): string {
  try {
    const { traceId, spans, traces, dropped, rejected, message } = studio.importTraces(text);
    const left = rejected === 0 ? '' : `, and ${rejected} that could not be read: ${message}`;
    const beyond = dropped === 0 ? '' : ` Memory has no room for ${dropped} of the spans.`;
    const see = traceId === undefined ? '' : ` See ${studio.traceUrl(traceId)}`;
    return `${name}: spans ${spans}, traces ${traces}${left}.${beyond}${see}\n`;
  } catch (cause) {
    throw cause instanceof StudioError
      ? new StudioError(cause.code, `${name}: ${cause.message.replace(/^\[\w+\] /, '')}`, { cause })
      : cause;
  }
}
