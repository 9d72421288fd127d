import { errorCodes } from '../../error-codes.ts';
import type { Handler } from '../request-context.ts';
import { coordinates } from './groups.ts';
import { commitAnswer, flat } from './offsets.ts';

const unknownGroup = { groupState: 'Dead', protocolType: '', protocolData: '', members: [] };

/** A group that there is not is described as dead; version 6, which would say so by an error, is not advertised. */
export const describeGroups: Handler<'DescribeGroups'> = ({ groups }, context) => ({
  groups: groups.map((groupId) => {
    if (!coordinates(groupId, context)) return { errorCode: errorCodes.NOT_COORDINATOR, groupId, ...unknownGroup };
    const group = context.cluster.groups.get(groupId)?.describe();
    if (group === undefined) return { errorCode: errorCodes.NONE, groupId, ...unknownGroup };
    const { state, protocolType, protocolName, members } = group;
    return { errorCode: errorCodes.NONE, groupId, groupState: state, protocolType, protocolData: protocolName, members };
  }),
});

/** Each broker lists the groups that it coordinates. */
export const listGroups: Handler<'ListGroups'> = ({ statesFilter, typesFilter }, context) => ({
  errorCode: errorCodes.NONE,
  groups: context.cluster.groups
    .list()
    .filter(({ groupId, state }) => coordinates(groupId, context) && (statesFilter.length === 0 || statesFilter.includes(state)))
    .filter(() => typesFilter.length === 0 || typesFilter.some((type) => type.toLowerCase() === 'classic'))
    .map((group) => ({
      groupId: group.groupId,
      protocolType: group.describe().protocolType,
      groupState: group.state,
      groupType: 'classic',
    })),
});

export const deleteGroups: Handler<'DeleteGroups'> = ({ groupsNames }, context) => ({
  results: groupsNames.map((groupId) => ({
    groupId,
    errorCode: errorCodes[coordinates(groupId, context) ? context.cluster.groups.delete(groupId) : 'NOT_COORDINATOR'],
  })),
});

export const offsetDelete: Handler<'OffsetDelete'> = ({ groupId, topics }, context) => {
  if (!coordinates(groupId, context)) return { errorCode: errorCodes.NOT_COORDINATOR, topics: [] };
  const { error, partitions } = context.cluster.groups.deleteOffsets({ groupId, partitions: flat(topics) });
  if (error !== 'NONE') return { errorCode: errorCodes[error], topics: [] };
  return { errorCode: errorCodes.NONE, topics: commitAnswer(topics, partitions).topics };
};
