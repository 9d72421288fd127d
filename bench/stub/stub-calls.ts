import { forEachMessage } from '@tracelink/kafka';
import { cases, type CaseName, type Contender, type Mode } from '../measure/scenario.ts';
import type { StubClients } from './stub-clients.ts';
import type { StubBatchPayload, StubRunConfig } from './stub-kafka.ts';
import { Incoming, outgoing } from './stub-message.ts';

/** One call of a case, from fresh messages to the settled promise. */
export type Call = () => Promise<unknown>;

/** Makes the call that is measured; a consumer is run here, once. */
export async function stubCall(name: CaseName, library: Contender, mode: Mode, clients: StubClients): Promise<Call> {
  const { messages } = cases[name];
  switch (name) {
    case 'send-1':
    case 'send-100':
      return sending(clients, messages, false);
    case 'send-1-headers':
    case 'send-100-headers':
      return sending(clients, messages, true);
    case 'each-message': {
      const { eachMessage } = await running(clients, { eachMessage: handle });
      const incoming = new Incoming(mode !== 'unsampled');
      return () => called(eachMessage)(incoming.messagePayload());
    }
    case 'forward-1': {
      const send = sending(clients, messages, false);
      const { eachMessage } = await running(clients, { eachMessage: async () => void (await send()) });
      const incoming = new Incoming(mode !== 'unsampled');
      return () => called(eachMessage)(incoming.messagePayload());
    }
    case 'each-batch-100':
    case 'for-each-100': {
      const { eachBatch } = await running(clients, { eachBatch: name === 'each-batch-100' ? handle : messageByMessage(library) });
      const incoming = new Incoming(mode !== 'unsampled');
      return () => called(eachBatch)(incoming.batchPayload());
    }
  }
}

function sending({ producer }: StubClients, count: number, withHeader: boolean): Call {
  return () => producer.send({ topic: 'orders', messages: Array.from({ length: count }, (_, index) => outgoing(index, withHeader)) });
}

async function running({ kafka, consumer }: StubClients, config: StubRunConfig): Promise<StubRunConfig> {
  await consumer.run(config);
  return kafka.running;
}

function called<F>(handler: F | undefined): F {
  if (handler === undefined) throw new Error('The library lost the handler.');
  return handler;
}

const handle = async (): Promise<void> => {};

/** A batch handled one by one: ours with `forEachMessage`, else with the loop that kafkajs' documentation shows. */
function messageByMessage(library: Contender): (payload: StubBatchPayload) => Promise<void> {
  if (library === 'ours' || library === 'ours-global') return (payload) => forEachMessage(payload, handle);
  return async (payload) => {
    for (const { offset } of payload.batch.messages) {
      if (!payload.isRunning() || payload.isStale()) break;
      await handle();
      payload.resolveOffset(offset);
      await payload.heartbeat();
      await payload.commitOffsetsIfNecessary();
    }
  };
}
