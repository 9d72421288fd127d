import { diag, DiagLogLevel } from '@opentelemetry/api';

/** What OpenTelemetry's `diag` was told at WARN and above since the test began: by this package, and by the SDK. */
export function useDiagnostics(): readonly string[] {
  const said: string[] = [];
  const say = (...words: readonly unknown[]): void => void said.push(words.join(' '));
  beforeEach(() => {
    said.length = 0;
    diag.setLogger({ error: say, warn: say, info() {}, debug() {}, verbose() {} }, DiagLogLevel.WARN);
  });
  afterEach(() => diag.disable());
  return said;
}
