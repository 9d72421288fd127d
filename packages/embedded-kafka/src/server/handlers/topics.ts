import { errorCodes } from '../../error-codes.ts';
import { zeroUuid } from '../../wire/zero-uuid.ts';
import type { Handler } from '../request-context.ts';

export const createTopics: Handler<'CreateTopics'> = (request, { cluster }) => ({
  topics: request.topics.map(({ name, numPartitions, assignments, configs }) => {
    const asked = numPartitions === -1 ? assignments.length || cluster.options.defaultPartitions : numPartitions;
    const wanted = { name, partitions: asked, configs: new Map(configs.map((config) => [config.name, config.value])) };
    const refusal = cluster.topics.refuse(wanted);
    if (refusal !== undefined) {
      return { name, topicId: zeroUuid, errorCode: errorCodes[refusal.error], errorMessage: refusal.message, configs: null };
    }
    const topicId = request.validateOnly ? zeroUuid : cluster.topics.create(wanted).id;
    return { name, topicId, errorCode: errorCodes.NONE, numPartitions: asked, replicationFactor: 1, configs: null };
  }),
});

export const deleteTopics: Handler<'DeleteTopics'> = (request, { cluster }) => {
  const byName = request.topicNames.map((name) => ({ name, topicId: zeroUuid }));
  return {
    responses: [...byName, ...request.topics].map(({ name, topicId }) => {
      const topic = name === null ? cluster.topics.getById(topicId) : cluster.topics.get(name);
      if (topic === undefined) {
        const error = name === null ? errorCodes.UNKNOWN_TOPIC_ID : errorCodes.UNKNOWN_TOPIC_OR_PARTITION;
        return { name, topicId, errorCode: error };
      }
      cluster.deleteTopic(topic);
      return { name: topic.name, topicId: topic.id, errorCode: errorCodes.NONE };
    }),
  };
};
