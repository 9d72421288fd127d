import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';
import type { BackEndSpan } from '../rules/traced-record.ts';
import type { HttpApi } from './http-api.ts';
import { tempoSpans } from './read-spans.ts';

/** Tempo 2.6 and later, and those before it. */
const paths = ['api/v2/traces/', 'api/traces/'] as const;

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
    const { target, response } = await this.#api.get('api/echo');
    const text = await response.text();
    if (response.status !== 200 || text.trim() !== 'echo')
      throw new KafkaTracingError('back_end', `There is no Tempo at this address: it does not answer "echo" to ${target}.`);
    this.#isThere = true;
  }
}
