import type { BackEndSpan } from '../rules/traced-record.ts';
import type { HttpApi } from './http-api.ts';
import { tempoSpans } from './read-spans.ts';

/** Tempo 2.6 and later, and those before it. */
const paths = ['api/v2/traces/', 'api/traces/'] as const;

/** What no other server answers. */
const echo = { path: 'api/echo', text: 'echo' };

/** Traces of Tempo’s HTTP API. */
export class TempoApi {
  readonly #api: HttpApi;
  #isThere = false;

  constructor(api: HttpApi) {
    this.#api = api;
  }

  /**
   * The spans of a trace; none where it is not known, which Tempo answers with an empty trace, others of its API with 404.
   *
   * @param traceId 32 hexadecimal digits
   * @throws {KafkaTracingError} `back_end`
   */
  async spans(traceId: string): Promise<BackEndSpan[]> {
    for (const path of paths) {
      const spans = await this.#api.read(`${path}${traceId}`, tempoSpans);
      if (spans !== undefined) return spans;
    }
    await this.#mustBeThere();
    return [];
  }

  /** Of a wrong path everything is unknown, which would be told as a fault of the traces. */
  async #mustBeThere(): Promise<void> {
    if (this.#isThere) return;
    await this.#api.mustHave(echo.path, 'Tempo', (text) => text.trim() === echo.text);
    this.#isThere = true;
  }
}
