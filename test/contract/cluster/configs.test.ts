import { expect } from 'chai';
import kafkajs, { type ConfigEntries } from 'kafkajs';
import type { RequestToEncode } from '../../../packages/embedded-kafka/src/wire/apis/apis.ts';
import { ask } from '../../../packages/embedded-kafka/test/support/ask.ts';
import { errorName, outcome } from '../support/error-name.ts';
import { only, produceBatch } from '../support/requests.ts';
import { until } from '../support/until.ts';
import { useKafka } from '../support/use-kafka.ts';

const topicResource = 2;

describe('contract: topic and broker configs', () => {
  const kafka = useKafka();
  const describeTopic = async (topic: string, configNames?: string[]): Promise<readonly ConfigEntries[]> => {
    const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, ...(configNames === undefined ? {} : { configNames }) };
    const { resources } = await kafka.admin.describeConfigs({ includeSynonyms: false, resources: [resource] });
    return only(resources).configEntries;
  };
  const alter = (topic: string, configs: Readonly<Record<string, string>>, validateOnly = false): Promise<string> => {
    const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value }));
    return outcome(
      kafka.admin.alterConfigs({ validateOnly, resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries }] }),
    );
  };
  const valueOf = async (topic: string, name: string): Promise<string> => only(await describeTopic(topic, [name])).configValue;

  it('describes which values of a topic were set and which are defaults', async () => {
    const topic = await kafka.createTopic({ configs: { 'retention.ms': '1234' } });
    const entries = await describeTopic(topic, ['retention.ms', 'cleanup.policy']);
    const facts = entries.map(({ configName, configValue, isDefault, readOnly, isSensitive }) => ({
      configName,
      configValue,
      isDefault,
      readOnly,
      isSensitive,
    }));
    const known = { readOnly: false, isSensitive: false };
    expect(facts).to.have.deep.members([
      { configName: 'retention.ms', configValue: '1234', isDefault: false, ...known },
      { configName: 'cleanup.policy', configValue: 'delete', isDefault: true, ...known },
    ]);
  });

  it('describes every config of a topic when the request names none', async () => {
    const names = (await describeTopic(await kafka.createTopic())).map(({ configName }) => configName);
    expect(names).to.include.members([
      'cleanup.policy',
      'compression.type',
      'max.message.bytes',
      'message.timestamp.type',
      'min.insync.replicas',
      'retention.bytes',
      'retention.ms',
      'segment.bytes',
    ]);
  });

  it('gives a topic Kafka’s default values', async () => {
    const topic = await kafka.createTopic();
    const names = ['max.message.bytes', 'message.timestamp.type', 'retention.ms', 'retention.bytes'];
    const values = await Promise.all(names.map((name) => valueOf(topic, name)));
    expect(values).to.deep.equal(['1048588', 'CreateTime', '604800000', '-1']);
  });

  it('applies an altered value to the next request', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    expect(await produceBatch(connection, topic, [{ value: 'x'.repeat(500) }])).to.include({ error: 'NONE' });
    expect(await alter(topic, { 'max.message.bytes': '200' })).to.equal('NONE');
    await until(async () => (await valueOf(topic, 'max.message.bytes')) === '200');
    expect(await produceBatch(connection, topic, [{ value: 'x'.repeat(500) }])).to.include({ error: 'MESSAGE_TOO_LARGE' });
  });

  it('resets the configs that AlterConfigs does not name', async () => {
    const topic = await kafka.createTopic({ configs: { 'retention.ms': '1234' } });
    expect(await alter(topic, { 'max.message.bytes': '2000' })).to.equal('NONE');
    await until(async () => (await valueOf(topic, 'max.message.bytes')) === '2000');
    expect(await valueOf(topic, 'retention.ms')).to.equal('604800000');
  });

  it('changes nothing when AlterConfigs only validates', async () => {
    const topic = await kafka.createTopic();
    expect(await alter(topic, { 'retention.ms': '1' }, true)).to.equal('NONE');
    expect(await alter(topic, { 'retention.ms': 'soon' }, true)).to.equal('INVALID_CONFIG');
    expect(await valueOf(topic, 'retention.ms')).to.equal('604800000');
  });

  it('rejects unknown names, invalid values and unknown topics', async () => {
    const topic = await kafka.createTopic();
    expect(await alter(topic, { 'no.such.config': '1' })).to.equal('INVALID_CONFIG');
    expect(await alter(topic, { 'retention.ms': 'soon' })).to.equal('INVALID_CONFIG');
    expect(await alter(topic, { 'message.timestamp.type': 'Tomorrow' })).to.equal('INVALID_CONFIG');
    expect(await alter(kafka.topicName(), { 'retention.ms': '1' })).to.equal('UNKNOWN_TOPIC_OR_PARTITION');
    expect(await outcome(describeTopic(kafka.topicName()))).to.equal('UNKNOWN_TOPIC_OR_PARTITION');
  });

  it('rejects a topic that an incremental change names twice, and changes the others', async () => {
    const [twice, once] = [await kafka.createTopic(), await kafka.createTopic()];
    const set = (resourceName: string, value: string): object => ({
      resourceType: topicResource,
      resourceName,
      configs: [{ name: 'retention.ms', configOperation: 0, value }],
    });
    const resources = [
      set(twice, '1000'),
      set(once, '2000'),
      set(twice, '3000'),
    ] as RequestToEncode<'IncrementalAlterConfigs'>['resources'];
    const { responses } = await ask(kafka.broker(), 'IncrementalAlterConfigs', 1, { resources, validateOnly: false });
    const answers = responses.map(({ resourceName, errorCode }) => [resourceName, errorName(errorCode)]);
    expect(answers).to.have.deep.members([
      [twice, 'INVALID_REQUEST'],
      [once, 'NONE'],
      [twice, 'INVALID_REQUEST'],
    ]);
    await until(async () => (await valueOf(once, 'retention.ms')) === '2000');
    expect(await valueOf(twice, 'retention.ms')).to.equal('604800000');
  });

  it('rejects configs that AlterConfigs has twice', async () => {
    const topic = await kafka.createTopic();
    const configs = ['1000', '2000'].map((value) => ({ name: 'retention.ms', value }));
    const resources = [{ resourceType: topicResource, resourceName: topic, configs }];
    const { responses } = await ask(kafka.broker(), 'AlterConfigs', 2, { resources, validateOnly: false });
    expect(errorName(only(responses).errorCode)).to.equal('INVALID_REQUEST');
    expect(await valueOf(topic, 'retention.ms')).to.equal('604800000');
  });

  it('rejects names that no topic may have', async () => {
    expect(await outcome(describeTopic('a b'))).to.equal('INVALID_TOPIC_EXCEPTION');
    expect(await alter('a b', { 'retention.ms': '1' })).to.equal('INVALID_TOPIC_EXCEPTION');
  });

  it('describes the configs of a broker', async () => {
    const [broker] = (await kafka.admin.describeCluster()).brokers;
    const name = String(broker?.nodeId);
    const resource = { type: kafkajs.ConfigResourceTypes.BROKER, name, configNames: ['message.max.bytes', 'auto.create.topics.enable'] };
    const { resources } = await kafka.admin.describeConfigs({ includeSynonyms: false, resources: [resource] });
    const values = only(resources).configEntries.map(({ configName, configValue }) => [configName, configValue]);
    expect(values).to.have.deep.members([
      ['message.max.bytes', '1048588'],
      ['auto.create.topics.enable', 'true'],
    ]);
  });
});
