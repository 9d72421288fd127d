import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { OtlpReceiver } from '@tracelink/testing';
import { expect } from 'chai';
import { startProgram } from '../support/program.ts';

describe('flushOnExit', () => {
  let receiver: OtlpReceiver;
  beforeEach(async () => {
    receiver = await OtlpReceiver.start();
  });
  afterEach(() => receiver.stop());

  for (const listens of ['before', 'after'])
    it(`leaves SIGTERM to a listener of once that is added ${listens} the start, and delivers what it records`, async () => {
      const child = startProgram('drain-once.ts', {
        LISTENS: listens,
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_METRICS_EXPORTER: 'none',
      });
      const closed = once(child, 'close');
      const said: string[] = [];
      for await (const line of createInterface({ input: child.stdout! })) {
        said.push(line);
        if (line === 'ready') child.kill('SIGTERM');
      }
      expect(await closed).to.deep.equal([0, null]);
      expect(said).to.deep.equal(['ready', 'drain begins', 'drain done']);
      expect(receiver.spans.map(({ name }) => name)).to.deep.equal(['first words', 'drained']);
    });
});
