import { describeFaults } from '../support/broker/describe-faults.ts';
import { kafkajs } from '../support/broker/engine-client.ts';

describeFaults(kafkajs, 100_000);
