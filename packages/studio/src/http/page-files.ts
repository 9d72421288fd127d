import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { HttpError, type Exchange, type Route } from './exchange.ts';

/** By a name of the package's own, as the build decides where this file's code is; when asked, as a program's bundle has no page. */
const pageFolder = (): URL => new URL('.', pathToFileURL(createRequire(import.meta.url).resolve('#page/index.html')));

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** The page and its files. They are read anew for each request, so that a change shows after a reload. */
export const pageRoutes: readonly Route[] = [
  // The addresses that the page itself takes apart.
  {
    method: 'GET',
    path: /^\/(?:(?:flow|doctor|dead-letters(?:\/[^/]+(?:\/\d+\/\d+)?)?|traces\/[^/]+)\/?)?$/,
    answer: (exchange) => sendFile(exchange, 'index.html'),
  },
  // No dot but before the ending, so that no path leads out of the folder.
  { method: 'GET', path: /^\/((?:[a-z0-9-]+\/)*[a-z0-9-]+\.(?:css|js|svg))$/, answer: (exchange) => sendFile(exchange, exchange.parts[0]) },
];

async function sendFile({ request, response }: Exchange, path = ''): Promise<void> {
  const content = await readFile(new URL(path, pageFolder())).catch((cause: unknown) => {
    throw new HttpError(404, `There is nothing at /${path}.`, { cause });
  });
  const tag = `"${createHash('sha256').update(content).digest('base64url')}"`;
  response.setHeader('etag', tag).setHeader('cache-control', 'no-cache');
  if (request.headers['if-none-match'] === tag) return void response.writeHead(304).end();
  response.writeHead(200, { 'content-type': types[path.slice(path.lastIndexOf('.') + 1)] ?? 'text/plain' }).end(content);
}
