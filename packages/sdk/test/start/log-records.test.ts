import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { expect } from 'chai';

interface LogsRequest {
  readonly resourceLogs: readonly { readonly scopeLogs: readonly { readonly logRecords: readonly LogRecord[] }[] }[];
}

interface LogRecord {
  readonly traceId: string;
  readonly spanId: string;
  readonly severityText: string;
  readonly body: { readonly stringValue: string };
}

describe('@tracelink/sdk/register with pino', () => {
  it('exports lines as log records of the active span, and writes its ids into the lines', async () => {
    const records: LogRecord[] = [];
    await using collector = createServer((request, response) => {
      void json(request).then((body) => {
        for (const { scopeLogs } of (body as Partial<LogsRequest>).resourceLogs ?? [])
          records.push(...scopeLogs.flatMap(({ logRecords }) => logRecords));
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await once(collector.listen(0, '127.0.0.1'), 'listening');
    const { stdout, code } = await run('log.ts', `http://127.0.0.1:${(collector.address() as AddressInfo).port}`);
    expect(code).to.equal(0);

    const line = JSON.parse(stdout) as Record<string, unknown>;
    expect(line).to.include({ level: 'warn', sku: 'tea', msg: 'only one left' });
    expect(records.map(({ body, severityText, traceId, spanId }) => [body.stringValue, severityText, traceId, spanId])).to.deep.equal([
      ['only one left', 'warn', line['trace_id'], line['span_id']],
    ]);
    expect(line['trace_id']).to.match(/^[0-9a-f]{32}$/);
  });

  async function run(program: string, endpoint: string): Promise<{ stdout: string; code: unknown }> {
    const child = spawn(
      process.execPath,
      ['--conditions=@tracelink/source', '--import', '@tracelink/sdk/register', join(import.meta.dirname, '../programs', program)],
      {
        env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let stdout = '';
    child.stdout.on('data', (chunk) => (stdout += String(chunk)));
    const [code] = await once(child, 'close');
    return { stdout, code };
  }
});
