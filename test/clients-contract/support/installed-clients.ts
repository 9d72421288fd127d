import { skipped } from '../../clients/support/skipped.ts';
import type { TestClient } from './client.ts';
import { confluent } from './confluent.ts';
import { kafkajs } from './kafkajs.ts';
import { platformatic } from './platformatic.ts';

/** The clients that are installed; the run ends with the names of the others. */
export async function installedClients(): Promise<readonly TestClient[]> {
  const installed: TestClient[] = [];
  for (const client of [kafkajs, confluent, platformatic]) {
    try {
      await (await client.open(['localhost:1'], 'none', 'none'))[Symbol.asyncDispose]();
      installed.push(client);
    } catch (error) {
      skipped(client.name, error);
    }
  }
  return installed;
}
