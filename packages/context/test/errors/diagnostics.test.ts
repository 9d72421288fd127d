import { once } from 'node:events';
import { announceVersion, processWide } from '@tracelink/context/internal';
import { expect } from 'chai';

describe('processWide', () => {
  it('gives every caller the object that the first one made, and another for another name', () => {
    const first = processWide('@tracelink/context.test.1', () => ({ made: 'first' }));
    expect(processWide('@tracelink/context.test.1', () => ({ made: 'second' }))).to.equal(first);
    expect(processWide('@tracelink/context.test.2', () => ({ made: 'second' }))).to.deep.equal({ made: 'second' });
  });

  it('shows to no loop over the global object', () => {
    processWide('@tracelink/context.test.3', () => ({}));
    expect(Object.getOwnPropertyDescriptor(globalThis, Symbol.for('@tracelink/context.test.3'))).to.include({ enumerable: false });
  });
});

describe('announceVersion', () => {
  it('warns when a second version comes, and of none that is there', async () => {
    const warnings: unknown[] = [];
    const listen = (warning: unknown): unknown => warnings.push(warning);
    process.on('warning', listen);
    const warned = once(process, 'warning');
    for (const version of ['1.0.0', '1.0.0', '1.1.0', '1.0.0', '1.1.0', '1.2.0']) announceVersion('@tracelink/announced', version);
    await warned;
    process.off('warning', listen);
    expect(warnings).to.have.length(1);
    expect(warnings[0])
      .to.include({ code: 'TRACELINK_TWO_VERSIONS' })
      .and.have.property('message')
      .that.includes('@tracelink/announced is in this process in the versions 1.0.0 and 1.1.0');
  });
});
