import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { wrapConsumer } from '../../src/consumer/wrap-consumer.ts';
import { environmentOptions, environmentVariables, withEnvironment } from '../../src/core/environment.ts';
import { wrapProducer } from '../../src/producer/wrap-producer.ts';
import { textHeaders } from '../support/broker/kafka.ts';
import { received, StubConsumer } from '../support/stubs/stub-consumer.ts';
import { StubProducer } from '../support/stubs/stub-producer.ts';
import { a } from '../support/telemetry/creation-contexts.ts';
import { useTracing } from '../support/telemetry/tracing.ts';
import { withVariables } from '../support/with-environment.ts';

describe('the environment', () => {
  const { spans } = useTracing();

  it('sets each option that it has a variable for', () => {
    expect(environmentOptions({})).to.deep.equal({});
    expect(
      environmentOptions({
        OTEL_SEMCONV_STABILITY_OPT_IN: 'http',
        TRACELINK_KAFKA_SEMCONV: '1.44',
        TRACELINK_KAFKA_MESSAGE_KEY: 'false',
        TRACELINK_KAFKA_RELATION: ' LINK ',
        TRACELINK_KAFKA_PARENT_LINK: 'False',
        TRACELINK_KAFKA_LINK_LIMIT: '0',
        TRACELINK_KAFKA_MAX_HOPS: '20',
        TRACELINK_KAFKA_MAX_AGE: '3600000',
        TRACELINK_KAFKA_AGENT_CONTEXT: 'withhold',
        TRACELINK_KAFKA_ERROR_TEXT: 'false',
      }),
    ).to.deep.equal({
      semconv: '1.44',
      messageKey: false,
      relation: 'link',
      parentLink: false,
      linkLimit: 0,
      traceLimits: { maxHops: 20, maxAge: 3_600_000 },
      agentContext: 'withhold',
      errorText: false,
    });
    expect(environmentOptions({ TRACELINK_KAFKA_RELATION: ' ' }), 'an empty value').to.deep.equal({});
  });

  it('gives way to the code, option by option', async () => {
    const variables = { TRACELINK_KAFKA_RELATION: 'link', TRACELINK_KAFKA_MAX_HOPS: '5', TRACELINK_KAFKA_MAX_AGE: '9' };
    await withVariables(variables, () => {
      expect(withEnvironment({})).to.deep.equal({ relation: 'link', traceLimits: { maxHops: 5, maxAge: 9 } });
      expect(withEnvironment({ relation: 'parent', traceLimits: { maxAge: 1 } })).to.deep.equal({
        relation: 'parent',
        traceLimits: { maxHops: 5, maxAge: 1 },
      });
      expect(withEnvironment({ relation: undefined, clientId: 'c' }), 'undefined is the default').to.deep.include({
        relation: 'link',
        clientId: 'c',
      });
    });
  });

  it('leaves the options alone where it sets nothing', async () => {
    const options = { relation: 'parent' };
    expect(withEnvironment(options)).to.equal(options);
    // Not an option of tracing.
    await withVariables({ TRACELINK_KAFKA_ERROR_TEXT: 'false' }, () => expect(withEnvironment(options)).to.equal(options));
  });

  it('keeps keys out of spans, and makes links of parents, in clients that are wrapped under it', async () => {
    const client = new StubProducer();
    const bare = new StubConsumer();
    await withVariables({ TRACELINK_KAFKA_MESSAGE_KEY: 'false', TRACELINK_KAFKA_RELATION: 'link' }, async () => {
      await wrapProducer(client).send({ topic: 'orders', messages: [{ key: 'anna', value: 'v' }] });
      await wrapConsumer(bare).run({ eachMessage: async () => {} });
    });
    expect(spans.take('send orders').attributes).to.not.have.property('kafka.message.key');
    expect(textHeaders(client.lastHeaders[0] as never)).to.include({ 'tracelink-relation': 'link' });
    await bare.deliver(received({ headers: { traceparent: a.traceparent } }));
    expect(spans.take('process orders').parentSpanContext).to.equal(undefined);
  });

  it('is named in a warning, once, for a value that a variable cannot have', async () => {
    const warned = once(process, 'warning') as Promise<[Error & { code?: string }]>;
    const more: Error[] = [];
    const keep = (warning: Error): void => void more.push(warning);
    process.on('warning', keep);
    const misspelt = { TRACELINK_KAFKA_LINK_LIMIT: '-1' };
    expect(environmentOptions(misspelt)).to.deep.equal({});
    expect(environmentOptions(misspelt)).to.deep.equal({});
    const [warning] = await warned;
    expect(warning.code).to.equal('TRACELINK_ENVIRONMENT');
    expect(warning.message).to.equal(
      'the environment variable TRACELINK_KAFKA_LINK_LIMIT is "-1": it must be a whole number from 0; it is ignored',
    );
    // A misspelt "false" writes no personal data.
    expect(environmentOptions({ TRACELINK_KAFKA_MESSAGE_KEY: 'flase' })).to.deep.equal({ messageKey: false });
    while (more.length < 2) await once(process, 'warning');
    process.off('warning', keep);
    expect(more.map(({ message }) => message)).to.deep.equal([
      warning.message,
      'the environment variable TRACELINK_KAFKA_MESSAGE_KEY is "flase": it must be true or false; it counts as false',
    ]);
  });

  it('is in the documentation as the code has it', () => {
    const page = readFileSync(new URL('../../../../docs/operations/environment.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `([A-Z_]+)` +\| `([\w.]+)` +\| (.+?) +\|/gm)].map(([, ...row]) => row);
    expect(rows).to.deep.equal(Object.entries(environmentVariables).map(([name, { option, must }]) => [name, option, must]));
  });
});
