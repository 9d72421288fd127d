import { expect } from 'chai';
import kafkajs, { type ConfigEntries } from 'kafkajs';
import { ask } from '../../../packages/embedded-kafka/test/support/ask.ts';
import { errorName, outcome } from '../support/error-name.ts';
import { only } from '../support/requests.ts';
import { until } from '../support/until.ts';
import { useKafka } from '../support/use-kafka.ts';

const { BROKER, TOPIC } = kafkajs.ConfigResourceTypes;

/** Where a value comes from, by the protocol's numbers. */
const sources = { topic: 1, broker: 2, default: 5 };

describe('contract: broker configs', () => {
  const kafka = useKafka();
  const describeConfigs = async (type: number, name: string, configNames: string[] = []): Promise<readonly ConfigEntries[]> => {
    const { resources } = await kafka.admin.describeConfigs({ includeSynonyms: true, resources: [{ type, name, configNames }] });
    return only(resources).configEntries;
  };
  const brokerId = async (): Promise<string> => String((await kafka.admin.describeCluster()).brokers[0]?.nodeId);
  const validate = async (configs: Readonly<Record<string, string>>): Promise<string> => {
    const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value }));
    return outcome(kafka.admin.alterConfigs({ validateOnly: true, resources: [{ type: BROKER, name: await brokerId(), configEntries }] }));
  };
  /** One by one, as kafkajs cannot: a broker that runs for others too keeps what they set. */
  const change = async (configOperation: number, name: string, value: string | null): Promise<string> => {
    const configs = [{ name, configOperation, value }];
    const resources = [{ resourceType: BROKER, resourceName: await brokerId(), configs }];
    const { responses } = await ask(kafka.broker(), 'IncrementalAlterConfigs', 1, { resources, validateOnly: false });
    return errorName(only(responses).errorCode);
  };
  const set = async (name: string, value: string): Promise<string> => {
    changed.add(name);
    return change(0, name, value);
  };
  const valueOf = async (type: number, name: string, config: string): Promise<string> =>
    only(await describeConfigs(type, name, [config])).configValue;
  const synonymsOf = async (type: number, name: string, config: string): Promise<unknown[]> =>
    only(await describeConfigs(type, name, [config])).configSynonyms.map(Object.values);

  const changed = new Set<string>();
  afterEach('reset what was set', async () => {
    for (const name of changed) expect(await change(1, name, null)).to.equal('NONE');
    changed.clear();
  });

  it('describes all configs of a broker for an empty list of names', async () => {
    const names = (await describeConfigs(BROKER, await brokerId())).map(({ configName }) => configName);
    expect(names).to.include.members(['auto.create.topics.enable', 'broker.id', 'log.retention.ms', 'message.max.bytes', 'num.partitions']);
  });

  it('says which configs of a broker cannot change while it runs', async () => {
    const entries = await describeConfigs(BROKER, await brokerId(), ['broker.id', 'num.partitions', 'message.max.bytes']);
    const facts = entries.map(({ configName, readOnly }) => [configName, readOnly]);
    expect(facts).to.have.deep.members([
      ['broker.id', true],
      ['num.partitions', true],
      ['message.max.bytes', false],
    ]);
  });

  it('gives an altered broker config to its topics, which may have their own', async () => {
    const topic = await kafka.createTopic();
    const own = await kafka.createTopic({ configs: { 'index.interval.bytes': '2222' } });
    expect(await set('log.index.interval.bytes', '1111')).to.equal('NONE');
    await until(async () => (await valueOf(BROKER, await brokerId(), 'log.index.interval.bytes')) === '1111');
    expect(await valueOf(TOPIC, topic, 'index.interval.bytes')).to.equal('1111');
    expect(await synonymsOf(TOPIC, own, 'index.interval.bytes')).to.deep.equal([
      ['index.interval.bytes', '2222', sources.topic],
      ['log.index.interval.bytes', '1111', sources.broker],
      ['log.index.interval.bytes', '4096', sources.default],
    ]);
  });

  it('describes a topic config with the broker configs that it has its default from', async () => {
    const topic = await kafka.createTopic({ configs: { 'cleanup.policy': 'compact' } });
    expect(await synonymsOf(TOPIC, topic, 'cleanup.policy')).to.deep.equal([
      ['cleanup.policy', 'compact', sources.topic],
      ['log.cleanup.policy', 'delete', sources.default],
    ]);
    expect(await synonymsOf(TOPIC, topic, 'compression.type')).to.deep.equal([['compression.type', 'producer', sources.default]]);
    // Its default is that of a broker config in another unit.
    expect(await synonymsOf(TOPIC, topic, 'retention.ms')).to.deep.equal([]);
  });

  it('keeps a broker config that it does not know, and shows no value', async () => {
    expect(await set('some.plugin.secret', 'x')).to.equal('NONE');
    const known = async (): Promise<readonly ConfigEntries[]> => describeConfigs(BROKER, await brokerId(), ['some.plugin.secret']);
    await until(async () => (await known()).length > 0);
    expect(only(await known())).to.include({ configValue: null, isSensitive: true, configSource: sources.broker });
  });

  it('changes nothing of a broker when AlterConfigs only validates', async () => {
    expect(await validate({ 'log.index.interval.bytes': '1111', 'some.plugin.secret': 'x' })).to.equal('NONE');
    expect(await valueOf(BROKER, await brokerId(), 'log.index.interval.bytes')).to.equal('4096');
  });

  it('rejects read-only broker configs, invalid values, elements of what is no list, and brokers that are not there', async () => {
    expect(await validate({ 'num.partitions': '3' })).to.equal('INVALID_REQUEST');
    expect(await validate({ 'log.index.interval.bytes': 'many' })).to.equal('INVALID_REQUEST');
    expect(await change(2, 'log.index.interval.bytes', '1')).to.equal('INVALID_CONFIG');
    for (const resourceName of ['4711', 'first']) {
      const resources = [{ resourceType: BROKER, resourceName, configurationKeys: null }];
      const { results } = await ask(kafka.broker(), 'DescribeConfigs', 4, { resources });
      expect(errorName(only(results).errorCode)).to.equal('INVALID_REQUEST');
    }
  });
});
