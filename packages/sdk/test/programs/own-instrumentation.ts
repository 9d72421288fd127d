// For --import: an instrumentation of the program's own, of a CommonJS package, in the first start of tracing or in a second one.
import { InstrumentationBase, InstrumentationNodeModuleDefinition } from '@opentelemetry/instrumentation';
import { defaultInstrumentations, startTracing } from '@tracelink/sdk';

interface Express {
  readonly application: { listen(...args: unknown[]): unknown };
}

class ExpressListens extends InstrumentationBase {
  constructor() {
    super('express-listens', '1.0.0', {});
  }

  protected override init(): InstrumentationNodeModuleDefinition {
    return new InstrumentationNodeModuleDefinition('express', ['>=5'], (exports: Express & { readonly default?: Express }) => {
      const { application } = exports.default ?? exports;
      const told = (): void => this.tracer.startSpan('express listens').end();
      this._wrap(
        application,
        'listen',
        (listen) =>
          function (this: unknown, ...args: unknown[]): unknown {
            told();
            return listen.apply(this, args);
          },
      );
      return exports;
    });
  }
}

if (process.env['STARTS'] === 'twice') await startTracing().shutdown();
startTracing({ instrumentations: [...defaultInstrumentations(), new ExpressListens()], flushOnExit: true });
