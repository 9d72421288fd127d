import type { SpanRecorder, RecordedSpan } from '@tracelink/testing';
import { expect } from 'chai';
import type { MetricData } from '@opentelemetry/sdk-metrics';
import type { ConsumeOptions, Incoming, Session, TestClient } from './client.ts';
import type { RawRecord } from './raw-records.ts';

/** What a scenario has. */
export interface Stage {
  readonly client: TestClient;
  readonly session: Session;
  readonly clientId: string;
  readonly groupId: string;
  readonly spans: SpanRecorder;
  readonly topic: () => Promise<string>;
  readonly raw: (topic: string, count: number) => Promise<readonly RawRecord[]>;
  readonly metrics: () => Promise<ReadonlyMap<string, MetricData>>;
}

/** One row of the contract: a sentence about every client, and what shows it. */
export type Scenario = readonly [title: string, run: (stage: Stage) => Promise<void>];

/** Consumes until `count` messages were handled, and closes. */
export async function handleAll(
  { session }: Stage,
  { handle, ...how }: ConsumeOptions & { readonly count: number },
): Promise<readonly Incoming[]> {
  const handled: Incoming[] = [];
  const { promise: complete, resolve } = Promise.withResolvers<void>();
  const consumption = await session.consume({
    ...how,
    handle: async (incoming) => {
      await handle(incoming);
      if (handled.push(incoming) === how.count) resolve();
    },
  });
  await Promise.race([complete, consumption.ended.then((error) => Promise.reject(error as Error))]);
  await consumption.close();
  return handled;
}

export function expectChild(child: RecordedSpan, parent: RecordedSpan): void {
  expect(child.parentSpanContext?.spanId, `${child.name} is a child of ${parent.name}`).to.equal(parent.spanContext().spanId);
  expect(child.spanContext().traceId).to.equal(parent.spanContext().traceId);
}

export function expectLink(from: RecordedSpan, to: RecordedSpan): void {
  const linked = from.links.map(({ context }) => context.spanId);
  expect(linked, `${from.name} links to ${to.name}`).to.include(to.spanContext().spanId);
}

export async function nothing(): Promise<void> {}
