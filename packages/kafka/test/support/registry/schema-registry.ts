import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface Registered {
  readonly subject: string;
  readonly version: number;
  readonly id: number;
  readonly guid: string;
  readonly schema: string;
  readonly schemaType?: string;
  readonly ruleSet?: unknown;
}

/**
 * A schema registry that speaks the HTTP API of Confluent's, as far as clients that register and decode ask for it. It stores what it is
 * given; schemas are not compared.
 */
export class TestSchemaRegistry implements AsyncDisposable {
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #registered: Registered[] = [];
  /** Requests so far, as method and path. */
  readonly requests: string[] = [];
  /** Answers each request, in place of the registry. */
  fault: { readonly status: number; readonly body: string } | undefined;
  #url = '';

  static async start(): Promise<TestSchemaRegistry> {
    const registry = new TestSchemaRegistry();
    registry.#server.listen(0, '127.0.0.1');
    await once(registry.#server, 'listening');
    registry.#url = `http://127.0.0.1:${(registry.#server.address() as AddressInfo).port}`;
    return registry;
  }

  get url(): string {
    return this.#url;
  }

  /** Frees the port: from now on connections are refused. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '', 'http://registry');
    const body = await text(request);
    this.requests.push(`${request.method} ${pathname}`);
    if (this.fault !== undefined) return void response.writeHead(this.fault.status).end(this.fault.body);
    const [status, answer] = this.#route(request.method ?? '', pathname.split('/').slice(1).map(decodeURIComponent), body);
    response.writeHead(status, { 'content-type': 'application/vnd.schemaregistry.v1+json' }).end(JSON.stringify(answer));
  }

  #route(method: string, [resource, name = '', what, which]: readonly string[], body: string): readonly [status: number, answer: unknown] {
    if (method === 'PUT' && resource === 'config') return [200, JSON.parse(body)];
    if (method === 'POST' && resource === 'subjects') return [200, this.#register(name, JSON.parse(body) as Pick<Registered, 'schema'>)];
    if (method === 'GET' && resource === 'schemas') {
      const found = this.#registered.find(({ id, guid }) => (name === 'ids' ? String(id) : guid) === what);
      return found === undefined ? [404, { error_code: 40_403, message: `Schema ${what} not found` }] : [200, found];
    }
    if (method === 'GET' && resource === 'subjects' && what === 'versions') {
      const versions = this.#registered.filter(({ subject }) => subject === name);
      const found = which === 'latest' ? versions.at(-1) : versions.find(({ version }) => String(version) === which);
      if (found !== undefined) return [200, found];
    }
    return [404, { error_code: 40_401, message: `Subject '${name}' not found.` }];
  }

  #register(subject: string, given: Pick<Registered, 'schema' | 'schemaType' | 'ruleSet'>): Registered {
    const known = this.#registered.find((each) => each.subject === subject && each.schema === given.schema);
    if (known !== undefined) return known;
    const hash = createHash('md5').update(given.schema).digest('hex');
    const registered: Registered = {
      ...given,
      subject,
      version: this.#registered.filter((each) => each.subject === subject).length + 1,
      id: this.#registered.length + 1,
      guid: hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    };
    this.#registered.push(registered);
    return registered;
  }
}
