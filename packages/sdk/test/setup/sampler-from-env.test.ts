import { diag, DiagLogLevel } from '@opentelemetry/api';
import { expect } from 'chai';
import { withEnvironment } from '../support/with-environment.ts';
import { samplerFromEnv } from '../../src/setup/samplers.ts';

const root = (inner: string): RegExp => new RegExp(`^ParentBased\\{root=${inner}, `);

describe('samplerFromEnv', () => {
  const errors: string[] = [];

  beforeEach(() => {
    errors.length = 0;
    const log = (message: string): number => errors.push(message);
    diag.setLogger({ error: log, warn() {}, info() {}, debug() {}, verbose() {} }, DiagLogLevel.ERROR);
  });

  afterEach(() => {
    diag.disable();
  });

  const cases: readonly [name: string | undefined, arg: string | undefined, sampler: RegExp, error?: RegExp][] = [
    [undefined, undefined, root('AlwaysOnSampler')],
    ['', undefined, root('AlwaysOnSampler')],
    ['parentbased_always_on', undefined, root('AlwaysOnSampler')],
    ['parentbased_always_off', undefined, root('AlwaysOffSampler')],
    ['parentbased_traceidratio', '0.25', root('TraceIdRatioBased\\{0.25\\}')],
    ['always_on', undefined, /^AlwaysOnSampler$/],
    ['always_off', undefined, /^AlwaysOffSampler$/],
    ['traceidratio', '0.5', /^TraceIdRatioBased\{0.5\}$/],
    ['traceidratio', '0', /^TraceIdRatioBased\{0\}$/],
    ['traceidratio', undefined, /^TraceIdRatioBased\{1\}$/],
    ['traceidratio', '7', /^TraceIdRatioBased\{1\}$/, /OTEL_TRACES_SAMPLER_ARG: 7/],
    ['xray', undefined, root('AlwaysOnSampler'), /OTEL_TRACES_SAMPLER: unknown sampler "xray"/],
  ];
  for (const [name, arg, sampler, error] of cases) {
    it(`makes ${sampler.source} of OTEL_TRACES_SAMPLER=${name ?? ''} and OTEL_TRACES_SAMPLER_ARG=${arg ?? ''}`, async () => {
      await withEnvironment({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: arg }, () => {
        expect(samplerFromEnv().toString()).to.match(sampler);
      });
      expect(errors).to.have.length(error === undefined ? 0 : 1);
      if (error !== undefined) expect(errors[0]).to.match(error);
    });
  }
});
