import { errorText, TestingError } from '../errors/testing-error.ts';

/** Asks a back end for JSON; `undefined` is what it does not have. */
export type AskBackEnd = (path: string) => Promise<unknown>;

/** A back end, asked for one reading of a trace. */
export interface BackEnd {
  readonly ask: AskBackEnd;
  /** The last answer that it does not have what it was asked for; `undefined` while there is none. */
  readonly notFound: string | undefined;
}

/** A back end that does not answer now, and may do so in a moment. */
export class NotNow extends Error {}

/** Statuses that say: later. */
const later = new Set([408, 425, 429]);

/**
 * How to ask the back end at `url`, until `signal` is aborted.
 *
 * @returns `ask` throws {@link NotNow}, and {@link TestingError} `back_end` for an answer that no retry can fix
 */
export function backEndAt(url: string, signal: AbortSignal): BackEnd {
  const base = url.endsWith('/') ? url : `${url}/`;
  let notFound: string | undefined;
  const ask: AskBackEnd = async (path) => {
    const target = new URL(path, base).href;
    const { status, body } = await request(target, signal);
    if (status === 404) {
      // Of a trace that is not there yet, or of a path that no back end has: only who reads it can tell.
      notFound = `${target} answered 404: ${excerpt(body)}`;
      return undefined;
    }
    if (status >= 500 || later.has(status)) throw new NotNow(`${target} answered ${status}: ${excerpt(body)}`);
    if (status !== 200) throw new TestingError('back_end', `${target} answered ${status}: ${excerpt(body)}`);
    try {
      return JSON.parse(body);
    } catch (cause) {
      throw new TestingError('back_end', `${target} answered with something else than JSON: ${excerpt(body)}`, { cause });
    }
  };
  return {
    ask,
    get notFound() {
      return notFound;
    },
  };
}

async function request(target: string, signal: AbortSignal): Promise<{ status: number; body: string }> {
  try {
    const response = await fetch(target, { signal, headers: { accept: 'application/json' } });
    return { status: response.status, body: await response.text() };
  } catch (error) {
    if (signal.aborted) throw new NotNow(`${target} has not answered.`, { cause: error });
    // fetch says only that it failed; why, is in the cause.
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new NotNow(`${target} does not answer: ${errorText(reason)}`, { cause: error });
  }
}

function excerpt(body: string): string {
  return body.length > 300 ? `${body.slice(0, 300)}…` : body;
}
