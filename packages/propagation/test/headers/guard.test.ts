import { DiagLogLevel, type DiagLogger, diag } from '@opentelemetry/api';
import { expect } from 'chai';
import { guard, guardPolicy } from '../../src/headers/guard.ts';

const ignore = (): void => undefined;
const quiet: DiagLogger = { error: ignore, warn: ignore, info: ignore, debug: ignore, verbose: ignore };

function raise(): never {
  throw new Error('no');
}

/** The API logs when a logger comes and goes, so `logger` counts in between only. */
function withLogger(logger: Partial<DiagLogger>, run: () => void): void {
  const current = { ...quiet };
  const registered: DiagLogger = { ...quiet, warn: (...line) => current.warn(...line), debug: (...line) => current.debug(...line) };
  diag.setLogger(registered, { logLevel: DiagLogLevel.DEBUG, suppressOverrideMessage: true });
  Object.assign(current, logger);
  try {
    run();
  } finally {
    Object.assign(current, quiet);
    diag.disable();
  }
}

describe('the guard', () => {
  it('answers with what the code returns, and logs nothing', () => {
    withLogger({ debug: raise }, () => expect(guard('it threw', () => 7, 0)).to.equal(7));
  });

  it('answers with the substitute and logs the error at debug level, each time, when the code throws', () => {
    const logged: unknown[] = [];
    withLogger({ debug: (text, error) => logged.push([text, String(error)]), warn: raise }, () => {
      for (let times = 0; times < 2; times++) expect(guard('it threw', raise, 0)).to.equal(0);
    });
    const line = ['@tracelink/propagation: it threw', 'Error: no'];
    expect(logged).to.deep.equal([line, line]);
  });

  it('answers when the logger throws as well', () => {
    withLogger({ debug: raise, warn: raise }, () => {
      expect(guard('it threw', raise, 0)).to.equal(0);
      const policy = guardPolicy('trust', raise, ['link'], 'link');
      for (let times = 0; times < 2; times++) expect(policy('orders')).to.equal('link');
    });
  });
});
