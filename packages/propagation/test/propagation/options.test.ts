import { setImmediate as turn } from 'node:timers/promises';
import { DiagLogLevel, ROOT_CONTEXT, diag, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { type KafkaPropagationOptions, type PropagationErrorCode, PropagationError, kafkaPropagation } from '../../src/index.ts';
import { remote, spanA, traceA } from '../trace-context.ts';

const headers = { traceparent: `00-${traceA}-${spanA}-01`, b3: `${traceA}-${spanA}-1` };

function refused(options: unknown): PropagationError {
  try {
    kafkaPropagation(options as KafkaPropagationOptions);
  } catch (error) {
    if (error instanceof PropagationError) return error;
  }
  throw new Error('the options were accepted');
}

describe('options of kafkaPropagation', () => {
  for (const [options, code, advice] of [
    [{ injct: ['b3'] }, 'unknown_option', 'kafkaPropagation has no option "injct": use inject, extract'],
    [{ inject: [] }, 'invalid_formats', '"inject" must be a list of at least one format'],
    [{ inject: 'b3' }, 'invalid_formats', '"inject" must be a list'],
    [{ extract: ['B3'] }, 'invalid_formats', '"extract" has the unknown format "B3": use w3c, b3'],
    [{ extract: ['b3', 'b3'] }, 'invalid_formats', '"extract" lists "b3" twice'],
    [
      { inject: ['sw8', 'cloudevents'] },
      'invalid_formats',
      'add one of w3c, b3, b3multi, jaeger, datadog, instana, sentry to "inject"; cloudevents, sw8 only stand beside them',
    ],
    [
      { extract: ['sw8'] },
      'invalid_formats',
      'add one of w3c, b3, b3multi, jaeger, datadog, instana, sentry to "inject"; cloudevents, sw8 only stand beside them',
    ],
    [{ inject: ['b3multi'], b3multiNames: 'upper' }, 'invalid_option', '"b3multiNames" is "upper": it must be "specification" or "lower"'],
    [{ baggage: 'tenant' }, 'invalid_option', '"baggage" must be a list of baggage keys'],
    [{ baggage: [''] }, 'invalid_option', '"baggage" must be a list'],
    [{ origin: 'yes' }, 'invalid_option', '"origin" is "yes": it must be true or false'],
    [{ trust: 'always' }, 'invalid_option', '"trust" is "always": it must be "trusted" or "link" or "ignore"'],
    [{ outbound: 'all' }, 'invalid_option', '"outbound" is "all"'],
    [{ keep: ['dynatrace'] }, 'invalid_option', '"keep" must be a list of vendors: use some of datadog, instana, sentry, newrelic, xray.'],
    [{ keep: 'sentry' }, 'invalid_option', '"keep" must be a list of vendors'],
    [
      { extract: ['sentry', 'w3c'], keep: ['datadog', 'sentry'] },
      'invalid_option',
      '"keep" names "sentry", which is written: take it out of "keep" or "inject"',
    ],
  ] as const satisfies readonly (readonly [object, PropagationErrorCode, string])[]) {
    it(`refuses ${JSON.stringify(options)} and says what to do`, () => {
      const error = refused(options);
      expect(error).to.include({ code, name: 'PropagationError' });
      expect(error.message).to.include(`[${code}] `).and.include(advice);
    });
  }

  it('rejects options that are no object', () => {
    for (const options of [null, 'b3', 7]) expect(refused(options)).to.include({ code: 'invalid_option' });
  });

  it('reads what it writes, and writes the first hop format of what it reads', () => {
    expect(kafkaPropagation({ inject: ['b3'] }).creationContext({ traceparent: headers.traceparent })).to.equal(undefined);
    const injection = kafkaPropagation({ extract: ['cloudevents', 'b3', 'w3c'], origin: false }).injection(
      trace.setSpanContext(ROOT_CONTEXT, remote(traceA, spanA)),
      't',
    );
    expect(injection.into({})).to.deep.equal({ b3: headers.b3 });
  });

  it('are read once: a list changed later changes nothing', () => {
    const inject: 'b3'[] = ['b3'];
    const propagation = kafkaPropagation({ inject });
    inject.length = 0;
    expect(propagation.creationContext(headers)?.traceId).to.equal(traceA);
  });

  it('that are functions and fail are answered with care, and warned about once', () => {
    const warnings: string[] = [];
    const ignore = (): void => undefined;
    const logger = {
      error: ignore,
      info: ignore,
      debug: ignore,
      verbose: ignore,
      warn: (...texts: unknown[]): void => void warnings.push(texts.join(' ')),
    };
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
    try {
      const propagation = kafkaPropagation({
        inject: ['w3c'],
        trust: () => {
          throw new Error('no');
        },
        outbound: () => 'everything' as 'none',
      });
      for (let count = 0; count < 2; count++) {
        expect(propagation.extract(headers, 'a').trust).to.equal('link');
        expect(propagation.injection(trace.setSpanContext(ROOT_CONTEXT, remote(traceA, spanA)), 'a').into({})).to.deep.equal({});
      }
    } finally {
      diag.disable();
    }
    expect(warnings).to.have.length(2);
    expect(warnings[0]).to.include('"trust" gave no usable answer for topic "a", so it counts as "link"');
    expect(warnings[1]).to.include('"outbound"').and.include('"none"');
  });

  it('that are functions and reject are answered with care, and their rejections are handled', async () => {
    const rejects = (): never => Promise.reject(new Error('no policy')) as never;
    const propagation = kafkaPropagation({ inject: ['w3c'], trust: rejects, outbound: rejects });
    expect(propagation.extract(headers, 'a').trust).to.equal('link');
    expect(propagation.injection(trace.setSpanContext(ROOT_CONTEXT, remote(traceA, spanA)), 'a').into({})).to.deep.equal({});
    // An unhandled rejection fails the test: it is found when the microtasks are through.
    await turn();
  });

  it('errors are known across copies of the package, and nothing else is one', () => {
    const copy = Object.defineProperty(new Error('x'), Symbol.for('@tracelink/propagation.PropagationError'), { value: true });
    expect(copy).to.be.instanceOf(PropagationError);
    for (const other of [new Error('x'), null, 'x', undefined]) expect(other instanceof PropagationError).to.equal(false);
  });
});
