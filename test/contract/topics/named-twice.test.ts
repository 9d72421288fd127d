import { expect } from 'chai';
import { zeroUuid } from '../../../packages/embedded-kafka/src/wire/codecs/field-spec.ts';
import { ask } from '../../../packages/embedded-kafka/test/support/ask.ts';
import { errorName } from '../support/error-name.ts';
import { only } from '../support/requests.ts';
import { until } from '../support/until.ts';
import { useKafka } from '../support/use-kafka.ts';

interface NamedTopic {
  readonly name: string | null;
  readonly topicId: string;
}

describe('contract: topics that one request names twice', () => {
  const kafka = useKafka();
  const byName = (name: string): NamedTopic => ({ name, topicId: zeroUuid });
  const byId = (topicId: string): NamedTopic => ({ name: null, topicId });
  const remove = async (topics: readonly NamedTopic[]): Promise<unknown[]> => {
    const { responses } = await ask(kafka.broker(), 'DeleteTopics', 6, { topics, timeoutMs: 5_000 });
    return responses.map(({ name, errorCode, errorMessage }) => [name, errorName(errorCode), errorMessage]);
  };
  const idOf = async (topic: string): Promise<string> => {
    const noMore = { allowAutoTopicCreation: false, includeClusterAuthorizedOperations: false, includeTopicAuthorizedOperations: false };
    return only((await ask(kafka.broker(), 'Metadata', 12, { topics: [byName(topic)], ...noMore })).topics).topicId;
  };
  const exists = async (topic: string): Promise<boolean> => (await kafka.admin.listTopics()).includes(topic);

  it('keeps a topic whose name a deletion has twice, and deletes the others', async () => {
    const [twice, once] = [await kafka.createTopic(), await kafka.createTopic()];
    const before = await idOf(twice);
    const answers = await remove([byName(twice), byName(twice), byName(once)]);
    expect(answers).to.have.deep.members([
      [twice, 'INVALID_REQUEST', 'Duplicate topic name.'],
      [once, 'NONE', null],
    ]);
    await until(async () => !(await exists(once)));
    expect(await idOf(twice)).to.equal(before);
  });

  it('keeps a topic that a request of an earlier version names twice', async () => {
    const topic = await kafka.createTopic();
    const { responses } = await ask(kafka.broker(), 'DeleteTopics', 5, { topicNames: [topic, topic], timeoutMs: 5_000 });
    expect(responses.map(({ name, errorCode }) => [name, errorName(errorCode)])).to.deep.equal([[topic, 'INVALID_REQUEST']]);
    expect(await exists(topic)).to.equal(true);
  });

  it('keeps a topic that a deletion names twice by its id, or by its id and its name', async () => {
    const topic = await kafka.createTopic();
    const id = await idOf(topic);
    expect(await remove([byId(id), byId(id)])).to.deep.equal([[null, 'INVALID_REQUEST', 'Duplicate topic id.']]);
    const mapped = 'The provided topic name maps to an ID that was already supplied.';
    expect(await remove([byName(topic), byId(id)])).to.deep.equal([[topic, 'INVALID_REQUEST', mapped]]);
    expect(await idOf(topic)).to.equal(id);
  });

  it('rejects a deletion of a topic with both a name and an id, or with neither', async () => {
    const topic = await kafka.createTopic();
    const id = await idOf(topic);
    const both = 'You may not specify both topic name and topic id.';
    expect(await remove([{ name: topic, topicId: id }])).to.deep.equal([[topic, 'INVALID_REQUEST', both]]);
    const neither = 'Neither topic name nor id were specified.';
    expect(await remove([byId(zeroUuid)])).to.deep.equal([[null, 'INVALID_REQUEST', neither]]);
    expect(await idOf(topic)).to.equal(id);
  });

  it('adds no partitions to a topic that the request names twice, and adds those of the others', async () => {
    const [twice, once] = [await kafka.createTopic(), await kafka.createTopic()];
    const counts = [
      [twice, 2],
      [once, 2],
      [twice, 3],
    ] as const;
    const topics = counts.map(([name, count]) => ({ name, count, assignments: null }));
    const { results } = await ask(kafka.broker(), 'CreatePartitions', 3, { topics, timeoutMs: 5_000, validateOnly: false });
    expect(results.map(({ name, errorCode, errorMessage }) => [name, errorName(errorCode), errorMessage])).to.have.deep.members([
      [twice, 'INVALID_REQUEST', 'Duplicate topic name.'],
      [once, 'NONE', null],
    ]);
    const partitionsOf = async (topic: string): Promise<number> =>
      only((await kafka.admin.fetchTopicMetadata({ topics: [topic] })).topics).partitions.length;
    await until(async () => (await partitionsOf(once)) === 2);
    expect(await partitionsOf(twice)).to.equal(1);
  });
});
