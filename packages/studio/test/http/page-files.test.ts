import { readdirSync } from 'node:fs';
import { startStudio } from '@tracelink/studio';
import { expect } from 'chai';
import { rawRequest } from '../support/raw-request.ts';

const page = new URL('../../page/', import.meta.url);

describe('the page', () => {
  it('is served at the address of each view, with a strict content security policy', async () => {
    await using studio = await startStudio({ port: 0 });
    for (const path of ['/', '/flow', '/flow/', `/traces/${'a'.repeat(32)}`, '/traces/%3Cscript%3E', '/?search=x']) {
      const { status, headers, body } = await rawRequest(studio, path);
      expect(status, path).to.equal(200);
      expect(headers['content-type']).to.equal('text/html; charset=utf-8');
      expect(headers['content-security-policy']).to.equal(
        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
      );
      expect(headers).to.include({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(body).to.match(/^<!doctype html>/);
    }
  });

  it('serves each script and style with its media type', async () => {
    await using studio = await startStudio({ port: 0 });
    const types: Record<string, string> = {
      js: 'text/javascript; charset=utf-8',
      css: 'text/css; charset=utf-8',
      svg: 'image/svg+xml',
    };
    const files = readdirSync(page, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(js|css|svg)$/.test(file));
    expect(files).to.include.members(['app.js', 'vendor/preact-hooks.js', 'style/page.css']);
    for (const file of files) {
      const { status, headers } = await rawRequest(studio, `/${file}`);
      expect([status, headers['content-type']], file).to.deep.equal([200, types[file.split('.').at(-1) ?? '']]);
    }
  });

  it('is not sent again while it is unchanged', async () => {
    await using studio = await startStudio({ port: 0 });
    const first = await rawRequest(studio, '/app.js');
    const again = await rawRequest(studio, '/app.js', { headers: { 'if-none-match': first.headers.etag } });
    expect([again.status, again.body]).to.deep.equal([304, '']);
    const other = await rawRequest(studio, '/app.js', { headers: { 'if-none-match': '"other"' } });
    expect([other.status, other.body]).to.deep.equal([200, first.body]);
  });

  it('serves no file outside of its folder', async () => {
    await using studio = await startStudio({ port: 0 });
    for (const path of [
      '/../package.json',
      '/../src/index.ts',
      '/..%2fpackage.json',
      '/%2e%2e/package.json',
      '/vendor/../../src/server/start-studio.js',
      '/..\\package.json',
      '/./app.js',
      '//app.js',
      '/vendor//preact.js',
      '/app.js/',
      '/app.js%00.css',
      '/APP.JS',
      '/RATIONALE.md',
      '/vendor/preact.d.ts',
      '/vendor',
      '/none.js',
      '/constructor.js',
      'http://127.0.0.1/app.js',
      '*',
    ]) {
      const { status, body, headers } = await rawRequest(studio, path);
      expect(status, path).to.equal(404);
      expect(headers['content-type']).to.equal('application/json');
      expect(JSON.parse(body)).to.have.keys('error');
    }
  });

  it('answers HEAD without a body, and other methods with those that are allowed', async () => {
    await using studio = await startStudio({ port: 0 });
    const head = await rawRequest(studio, '/app.js', { method: 'HEAD' });
    expect([head.status, head.body]).to.deep.equal([200, '']);
    for (const [method, path, allow] of [
      ['POST', '/', 'GET'],
      ['DELETE', '/api/traces', 'GET'],
      ['GET', '/v1/traces', 'POST'],
      ['OPTIONS', '/v1/traces', 'POST'],
    ] as const) {
      const { status, headers } = await rawRequest(studio, path, { method });
      expect([status, headers['allow']], `${method} ${path}`).to.deep.equal([405, allow]);
    }
  });
});
