import { Controller, type ControllerOptions, type Type } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { SubscribeContext } from '@tracelink/nestjs';

/** A handler of a test's controller, with the decorators that stand above it. */
interface TestHandler {
  readonly decorators: readonly ((...args: never[]) => unknown)[];
  readonly handle: (data: never, context: SubscribeContext) => unknown;
}

/** A controller as an application declares it. By hand: type stripping leaves the syntax of decorators in. */
export function controllerOf(handlers: Readonly<Record<string, TestHandler>>, options: ControllerOptions = {}): Type {
  class TestController {}
  for (const [name, { decorators, handle }] of Object.entries(handlers)) {
    // Its own function: metadata is put on it.
    const method = function (data: never, context: SubscribeContext): unknown {
      return handle(data, context);
    };
    Object.defineProperty(TestController.prototype, name, { value: method, configurable: true, writable: true, enumerable: false });
    Payload()(TestController.prototype, name, 0);
    Ctx()(TestController.prototype, name, 1);
    for (const decorate of decorators.toReversed()) (decorate as MethodDecorator)(TestController.prototype, name, { value: method });
  }
  Controller(options)(TestController);
  return TestController;
}
