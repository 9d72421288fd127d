import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AlwaysOnSampler, ParentBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { expect } from 'chai';
import { type KafkaPropagation, type KafkaPropagationOptions, kafkaPropagation } from '../../src/index.ts';

const tracer = new TracerProvider({ sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }) }).getTracer('fleet');

// The five steps from B3 to W3C (4.8). A fleet is never at one step: while it moves, some services run the step before.
const steps: readonly (readonly [name: string, options: KafkaPropagationOptions])[] = [
  ['where it starts', { inject: ['b3'], extract: ['b3'] }],
  ['1: consumers read both', { inject: ['b3'], extract: ['b3', 'w3c'] }],
  ['2: producers write both', { inject: ['b3', 'w3c'], extract: ['b3', 'w3c'] }],
  ['3: consumers prefer the new', { inject: ['b3', 'w3c'], extract: ['w3c', 'b3'] }],
  ['4: producers write the new only', { inject: ['w3c'], extract: ['w3c', 'b3'] }],
  ['5: consumers read the new only', { inject: ['w3c'], extract: ['w3c'] }],
];

/** One message through a chain of services; the trace id that each of them saw, and how many conflicts. */
function chain(services: readonly KafkaPropagation[]): { traceIds: Set<string>; conflicts: number; hops: number } {
  const traceIds = new Set<string>();
  let conflicts = 0;
  let hops = 0;
  let headers: Record<string, string> = {};
  for (const [index, service] of services.entries()) {
    const extraction = service.extract(headers, 't');
    const parent = index === 0 ? ROOT_CONTEXT : extraction.asParent();
    const span = tracer.startSpan('hop', {}, parent);
    traceIds.add(span.spanContext().traceId);
    conflicts += extraction.conflicts.length;
    hops = extraction.hops;
    // As a handler that forwards the headers of the message it got.
    headers = service.injection(trace.setSpan(parent, span), 't').into(headers);
    span.end();
  }
  return { traceIds, conflicts, hops };
}

describe('moving a fleet from B3 to W3C without a broken trace (4.8)', () => {
  for (const [index, [name, options]] of steps.entries()) {
    const previous = kafkaPropagation(steps[Math.max(0, index - 1)]?.[1]);
    const current = kafkaPropagation(options);

    it(`${name}: any mix of services of this step and the one before is one trace`, () => {
      for (let mix = 0; mix < 32; mix++) {
        const services = Array.from({ length: 5 }, (_, place) => ((mix >> place) & 1 ? current : previous));
        const { traceIds, conflicts, hops } = chain(services);
        expect(traceIds.size, `mix ${mix.toString(2)}`).to.equal(1);
        expect(conflicts).to.equal(0);
        expect(hops).to.equal(4);
      }
    });
  }

  it('breaks where a step is left out, which is why there are five', () => {
    const [start, end] = [kafkaPropagation(steps[0]?.[1]), kafkaPropagation(steps[5]?.[1])];
    expect(chain([start, end]).traceIds.size).to.equal(2);
  });
});
