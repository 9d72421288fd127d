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
  const registered: DiagLogger = { ...quiet, warn: (...line) => current.warn(...line), error: (...line) => current.error(...line) };
  diag.setLogger(registered, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
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
    withLogger({ error: raise }, () => expect(guard('reading', () => 7)).to.equal(7));
  });

  it('answers with nothing and logs the error, the first time and then its count, when the code throws', () => {
    const logged: unknown[] = [];
    withLogger({ error: (...line) => logged.push(line), warn: raise }, () => {
      for (let times = 0; times < 10; times++) expect(guard('writing', raise)).to.equal(undefined);
    });
    const said = 'writing failed; the work itself is not affected';
    expect(logged).to.deep.equal([
      ['@tracelink/propagation', `${said}: no`],
      ['@tracelink/propagation', `${said} (10 times by now): no`],
    ]);
  });

  it('answers when the logger throws as well', () => {
    withLogger({ error: raise, warn: raise }, () => {
      expect(guard('it', raise)).to.equal(undefined);
      const policy = guardPolicy('trust', raise, ['link'], 'link');
      for (let times = 0; times < 2; times++) expect(policy('orders')).to.equal('link');
    });
  });
});
