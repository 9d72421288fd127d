import { trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { SdkError, startTracing } from '@tracelink/sdk';

describe('the options of startTracing', () => {
  it('are rejected by name when they do not exist, and the known ones are listed', () => {
    expect(() => startTracing({ service: 'orders' } as never)).to.throw(
      SdkError,
      '[unknown_option] startTracing has no option "service": use serviceName',
    );
  });

  it('are rejected with a wrong value before anything is set up', () => {
    expect(() => startTracing({ serviceName: ' ' })).to.throw(SdkError, '[invalid_option] "serviceName" is " "');
    for (const shutdownTimeout of [-1, Number.NaN, Infinity])
      expect(() => startTracing({ shutdownTimeout })).to.throw(SdkError, '[invalid_option] "shutdownTimeout"');
    for (const wrong of [
      { serviceVersion: '' },
      { spanProcessors: {} },
      { metricReaders: 1 },
      { instrumentations: 'http' },
      { sampler: {} },
      { followLinks: 1 },
      { flushOnExit: 'yes' },
    ])
      expect(() => startTracing(wrong as never)).to.throw(SdkError, `[invalid_option] "${Object.keys(wrong)[0]}"`);
    expect(trace.getTracer('test').startSpan('a').isRecording()).to.equal(false);
  });
});
