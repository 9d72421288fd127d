import { runStream } from '../api/run.js';
import { useEffect, useRef, useState } from '../vendor/preact-hooks.js';

/**
 * @template T
 * @typedef {object} Run
 * @property {'idle' | 'running' | 'done' | 'failed' | 'stopped'} state
 * @property {string} words how far it is
 * @property {T} [result]
 * @property {string} [error]
 */

/**
 * Something that the studio does when it is asked to, one at a time; leaving the page ends it.
 *
 * @template T
 * @param {string} path
 * @returns {{ run: Run<T>, start: (asked: object) => Promise<void>, stop: () => void }}
 */
export function useRun(path) {
  const [run, setRun] = useState(/** @type {Run<T>} */ ({ state: 'idle', words: '' }));
  const control = useRef(/** @type {AbortController | undefined} */ (undefined));
  const stop = () => control.current?.abort();
  useEffect(() => stop, []);
  /** @param {object} asked */
  const start = async (asked) => {
    const own = new AbortController();
    control.current = own;
    setRun({ state: 'running', words: '' });
    try {
      const result = await runStream(path, asked, own.signal, (words) => setRun({ state: 'running', words }));
      setRun({ state: 'done', words: '', result: /** @type {T} */ (result) });
    } catch (error) {
      if (own.signal.aborted) setRun(({ words }) => ({ state: 'stopped', words }));
      else setRun({ state: 'failed', words: '', error: error instanceof Error ? error.message : String(error) });
    }
  };
  return { run, start, stop };
}
