import { describeFaults } from '../../packages/kafka/test/support/broker/describe-faults.ts';
import { platformaticKafka } from '../../packages/kafka/test/support/broker/engine-client.ts';
import { installedConfluent } from './support/engine-clients.ts';

// kafkajs' rows are in packages/kafka/test/subscribe. They run on embedded-kafka, which can do what they need.
describeFaults(platformaticKafka, 10_000);

for (const client of installedConfluent) describeFaults(client, 10_000);
