import { kafkaPropagation, type Format } from '@tracelink/propagation';
import { expect } from 'chai';
import { expectChild, handleAll, nothing, type Scenario } from '../support/scenario.ts';

const headersOf: Readonly<Record<string, readonly string[]>> = {
  b3: ['b3'],
  b3multi: ['x-b3-traceid', 'x-b3-spanid', 'x-b3-sampled'],
  w3c: ['traceparent'],
};

/** Each header format through a client. */
export const formats: readonly Scenario[] = Object.entries(headersOf).map(([format, names]): Scenario => [
  `${format} is written as ${names.join(', ')}, and read`,
  async (stage) => {
    const { session, spans, topic, raw } = stage;
    const propagation = kafkaPropagation({ inject: [format as Format], extract: [format as Format] });
    const orders = await topic();
    await (await session.producer({ propagation })).send([{ topic: orders, value: 'v' }]);
    const sent = spans.take(`send ${orders}`);
    await handleAll(stage, { topic: orders, way: 'each', count: 1, handle: nothing, options: { propagation } });
    expectChild(spans.take(`process ${orders}`), sent);
    const [record] = await raw(orders, 1);
    expect(Object.keys(record?.headers ?? {}).map((name) => name.toLowerCase())).to.include.members([...names]);
  },
]);
