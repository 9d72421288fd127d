import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { errorType } from '../core/error-type.ts';
import { guard } from '../core/guard.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';

/** The part of a request that the handlers read: those of node:http, Express and Fastify have it. */
interface RequestLike {
  readonly method?: string | undefined;
}

/** The part of Fastify's reply that the handlers use. */
interface ReplyLike {
  /** Whether a reply was sent. */
  readonly sent: boolean;
  code(status: number): unknown;
  headers(values: Record<string, string | number>): unknown;
  send(payload: string): unknown;
  hijack(): unknown;
}

/** A handler of one route: for `createServer` of node:http, and for a route of Express or Fastify. */
export type HealthHandler = (request: RequestLike, response: ServerResponse | ReplyLike) => void;

/** A status and what is sent as JSON. */
export interface Answer {
  readonly status: number;
  readonly body: object;
}

/**
 * A handler that answers GET and HEAD, and anything else with 405. It never throws: what `answer` throws or rejects with is an answer with
 * the status 503. One that comes when the response has been answered, by a timeout say, is dropped.
 */
export function answering(answer: () => Answer | Promise<Answer>): HealthHandler {
  return ({ method }, response) => {
    if (method === 'GET' || method === 'HEAD') void answered(answer).then((found) => send(response, found));
    else send(response, { status: 405, body: { error: 'method_not_allowed' } }, { allow: 'GET, HEAD' });
  };
}

async function answered(answer: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await answer();
  } catch (error) {
    return { status: 503, body: { error: error instanceof KafkaTracingError ? error.code : errorType(error) } };
  }
}

/** Never throws: nobody awaits an answer that comes late, and what it threw would end the process. */
function send(response: ServerResponse | ReplyLike, answer: Answer, more: Record<string, string> = {}): void {
  if (isReply(response) ? response.sent : response.headersSent) return;
  guard('an answer of a health handler', () => write(response, answer, more));
}

function write(response: ServerResponse | ReplyLike, { status, body }: Answer, more: Record<string, string>): void {
  const text = JSON.stringify(body);
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    // A proxy's copy would tell of another time, and perhaps of another process.
    'cache-control': 'no-store',
    ...more,
  };
  if (isReply(response)) {
    response.code(status);
    response.headers(headers);
    response.send(text);
  } else response.writeHead(status, headers satisfies OutgoingHttpHeaders).end(text);
}

/** By a method that no other framework's response has. */
function isReply(response: ServerResponse | ReplyLike): response is ReplyLike {
  return typeof (response as Partial<ReplyLike>).hijack === 'function';
}
