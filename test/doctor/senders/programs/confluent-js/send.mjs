// Confluent's client for Node, its KafkaJS API, which no one traces: sends to SENDER_TOPIC.
import Confluent from '@confluentinc/kafka-javascript';

const { SENDER_BROKERS: brokers = '', SENDER_TOPIC: topic = '' } = process.env;
const producer = new Confluent.KafkaJS.Kafka({ kafkaJS: { brokers: brokers.split(','), logLevel: 0 } }).producer();
await producer.connect();
await producer.send({ topic, messages: [1, 2, 3].map((index) => ({ key: `order-${index}`, value: 'tea' })) });
await producer.disconnect();
