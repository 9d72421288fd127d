import { ask } from './client.js';

/**
 * Starts something that takes a while, and tells how far it is.
 *
 * @template T
 * @param {string} path
 * @param {object} asked
 * @param {AbortSignal} signal ends it, in the studio too
 * @param {(words: string) => void} onProgress
 * @returns {Promise<T>}
 */
export async function runStream(path, asked, signal, onProgress) {
  const headers = { 'x-tracelink-studio': '1', 'content-type': 'application/json' };
  const response = await ask(path, { method: 'POST', headers, body: JSON.stringify(asked), signal });
  const body = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body);
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = `${rest}${part.value}`.split('\n');
    rest = /** @type {string} */ (lines.pop());
    for (const line of lines) {
      const told = JSON.parse(line);
      if ('result' in told) return told.result;
      if ('error' in told) throw new Error(told.error);
      onProgress(told.progress);
    }
  }
  throw new Error('The studio ended before it had answered.');
}
