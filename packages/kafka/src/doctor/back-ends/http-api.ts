import { errorMessage } from '../../core/error-type.ts';
import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';

/** Milliseconds for which an answer is waited. */
const patience = 10_000;

/** What is answered to a path. */
interface ApiAnswer {
  /** The address that was asked, without credentials. */
  readonly target: string;
  /** Of status 200, or 404. */
  readonly response: Response;
}

/** The HTTP API of a back end. */
export class HttpApi {
  readonly #base: URL;
  readonly #headers: Readonly<Record<string, string>>;

  /**
   * @param url in front of the API’s own paths. A user and a password in it are sent as Basic authentication
   * @param headers of each request, beside those
   * @throws {KafkaTracingError} `invalid_option`: the URL is none
   */
  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    const base = URL.parse(url);
    if (base === null || !/^https?:$/.test(base.protocol))
      throw new KafkaTracingError('invalid_option', `A back end has an address such as http://localhost:16686, not "${url}".`);
    this.#headers = { accept: 'application/json', ...headers, ...authorization(base) };
    // fetch refuses an address with credentials, and messages name the address.
    [base.username, base.password] = ['', ''];
    if (!base.pathname.endsWith('/')) base.pathname += '/';
    this.#base = base;
  }

  /**
   * @param path behind the URL, without a slash in front
   * @throws {KafkaTracingError} `back_end`: no answer, or one of another status than 200 and 404
   */
  async get(path: string): Promise<ApiAnswer> {
    const target = new URL(path, this.#base).href;
    const response = await this.#ask(target);
    const { status } = response;
    if (status === 200 || status === 404) return { target, response };
    await response.body?.cancel();
    throw new KafkaTracingError('back_end', `The back end answered ${status} to ${target}.`);
  }

  /**
   * What `read` finds in the JSON that is answered; `undefined` where there is nothing at the path.
   *
   * @throws {KafkaTracingError} `back_end`: as {@link get}; the answer is not of the form that `read` reads
   */
  async read<T>(path: string, read: (answer: unknown) => T): Promise<T | undefined> {
    const { target, response } = await this.get(path);
    if (response.status === 404) {
      await response.body?.cancel();
      return undefined;
    }
    try {
      return read(await response.json());
    } catch (error) {
      throw new KafkaTracingError('back_end', `The back end has no trace in its answer to ${target}: ${errorMessage(error)}`, {
        cause: error,
      });
    }
  }

  /**
   * Checks that an API is there: what it answers to a path.
   *
   * @param name of it, as a reader knows it
   * @param isIts whether a text is its answer
   * @throws {KafkaTracingError} `back_end`: as {@link get}; the answer is not its own
   */
  async mustHave(path: string, name: string, isIts: (text: string) => boolean): Promise<void> {
    const { target, response } = await this.get(path);
    const text = await response.text();
    if (response.status !== 200 || !isIts(text))
      throw new KafkaTracingError('back_end', `There is no ${name} at this address: it does not answer as one to ${target}.`);
  }

  async #ask(target: string): Promise<Response> {
    try {
      return await fetch(target, { signal: AbortSignal.timeout(patience), headers: this.#headers });
    } catch (error) {
      // fetch says only that it failed; why, is in the cause.
      const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      throw new KafkaTracingError('back_end', `The back end does not answer to ${target}: ${errorMessage(reason)}`, { cause: error });
    }
  }
}

function authorization({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const credentials = [username, password].map(decoded).join(':');
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

/** A lone `%` stays what it is, as a URL may have it. */
function decoded(text: string): string {
  return text.replaceAll(/(?:%[\da-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString());
}
