import { errorCodes } from '../../core/error-codes.ts';
import { type Handler, groupError } from './request-context.ts';
import { commitAnswer, flat, rejectionsOf, withResults } from './offsets.ts';

const unknownGroup = { groupState: 'Dead', protocolType: '', protocolData: '', members: [] };

/** A group that does not exist, or is of the consumer protocol, is described as Dead. Version 6, which returns an error instead, is not advertised. */
export const describeGroups: Handler<'DescribeGroups'> = ({ groups }, context) => ({
  groups: groups.map((groupId) => {
    const coordinatorError = groupError(groupId, context);
    if (coordinatorError !== 'NONE') return { errorCode: errorCodes[coordinatorError], groupId, ...unknownGroup };
    const group = context.cluster.groups.get(groupId);
    if (group?.type !== 'classic') return { errorCode: errorCodes.NONE, groupId, ...unknownGroup };
    const { state, protocolType, protocolName, members } = group.describe();
    return { errorCode: errorCodes.NONE, groupId, groupState: state, protocolType, protocolData: protocolName, members };
  }),
});

/** Each broker lists the groups that it coordinates. */
export const listGroups: Handler<'ListGroups'> = ({ statesFilter, typesFilter }, { cluster, nodeId, faultError }) => {
  const fault = faultError();
  if (fault !== 'NONE') return { errorCode: errorCodes[fault], groups: [] };
  return {
    errorCode: errorCodes.NONE,
    groups: cluster.groups
      .list()
      .filter(({ groupId }) => cluster.coordinatorOf(groupId)?.nodeId === nodeId)
      .filter(({ state, type }) => passes(statesFilter, state) && passes(typesFilter, type))
      .map((group) => ({
        groupId: group.groupId,
        protocolType: group.describe().protocolType,
        groupState: group.state,
        groupType: group.type,
      })),
  };
};

/** An empty filter matches everything. Filters ignore case, as in Apache Kafka. */
function passes(filter: readonly string[], value: string): boolean {
  return filter.length === 0 || filter.some((wanted) => wanted.toLowerCase() === value.toLowerCase());
}

export const deleteGroups: Handler<'DeleteGroups'> = ({ groupsNames }, context) => ({
  // A group that is named twice is deleted, and answered about, once.
  results: [...new Set(groupsNames)].map((groupId) => {
    const coordinatorError = groupError(groupId, context);
    return { groupId, errorCode: errorCodes[coordinatorError === 'NONE' ? context.cluster.groups.delete(groupId) : coordinatorError] };
  }),
});

export const offsetDelete: Handler<'OffsetDelete'> = ({ groupId, topics }, context) => {
  const coordinatorError = groupError(groupId, context);
  if (coordinatorError !== 'NONE') return { errorCode: errorCodes[coordinatorError], topics: [] };
  const all = flat(topics);
  const rejections = rejectionsOf(all, context);
  const partitions = all.filter((_, index) => rejections[index] === 'NONE');
  const { error, partitions: results } = context.cluster.groups.deleteOffsets({ groupId, partitions });
  if (error !== 'NONE') return { errorCode: errorCodes[error], topics: [] };
  return { errorCode: errorCodes.NONE, topics: commitAnswer(topics, withResults(rejections, results)).topics };
};
