import { errorCodes } from '../../core/error-codes.ts';
import { advertisedVersions, type ApiName, apiOf } from '../../wire/apis/apis.ts';
import { describeCluster, describeLogDirs, metadata } from './cluster.ts';
import { consumerGroupDescribe, consumerGroupHeartbeat } from './consumer-groups.ts';
import { alterConfigs, describeConfigs, incrementalAlterConfigs } from './configs.ts';
import { fetch } from './fetch.ts';
import { deleteGroups, describeGroups, listGroups, offsetDelete } from './group-admin.ts';
import { findCoordinator, heartbeat, joinGroup, leaveGroup, syncGroup } from './groups.ts';
import { listOffsets, createPartitions, deleteRecords, offsetForLeaderEpoch } from './partitions.ts';
import { offsetCommit, offsetFetch } from './offsets.ts';
import { produce } from './produce.ts';
import { alterPartitionReassignments, listPartitionReassignments } from './reassignments.ts';
import { saslAuthenticate, saslHandshake } from './sasl.ts';
import { createTopics, deleteTopics } from './topics.ts';
import { addOffsetsToTxn, addPartitionsToTxn, endTxn, initProducerId, txnOffsetCommit } from './transactions.ts';
import type { Handler } from './request-context.ts';

/** Groups of the consumer protocol are on (KIP-848): level 1 of the only feature that this broker has. */
const supportedFeatures = [{ name: 'group.version', minVersion: 0, maxVersion: 1 }];
const finalizedFeatures = [{ name: 'group.version', minVersionLevel: 1, maxVersionLevel: 1 }];

/** The first version whose clients know features with a minimum of 0; older Java clients refuse them (KAFKA-17011). */
const firstWithMinimumZero = 4;

/** Advertises the supported APIs and their versions. */
const apiVersions: Handler<'ApiVersions'> = (_request, { version, faultError }) => ({
  errorCode: errorCodes[faultError()],
  supportedFeatures: supportedFeatures.filter(({ minVersion }) => minVersion > 0 || version >= firstWithMinimumZero),
  finalizedFeaturesEpoch: 1,
  finalizedFeatures,
  apiKeys: (Object.keys(handlers) as ApiName[]).map((name) => {
    const { min, max } = advertisedVersions(name);
    return { apiKey: apiOf(name).key, minVersion: min, maxVersion: max };
  }),
});

/** The handler of each API. An API that is missing is not advertised, and a request for it closes the connection. */
export const handlers: { readonly [A in ApiName]?: Handler<A> } = {
  AddOffsetsToTxn: addOffsetsToTxn,
  AddPartitionsToTxn: addPartitionsToTxn,
  AlterConfigs: alterConfigs,
  AlterPartitionReassignments: alterPartitionReassignments,
  ApiVersions: apiVersions,
  ConsumerGroupDescribe: consumerGroupDescribe,
  ConsumerGroupHeartbeat: consumerGroupHeartbeat,
  CreatePartitions: createPartitions,
  CreateTopics: createTopics,
  DeleteGroups: deleteGroups,
  DeleteRecords: deleteRecords,
  DeleteTopics: deleteTopics,
  DescribeCluster: describeCluster,
  DescribeConfigs: describeConfigs,
  DescribeGroups: describeGroups,
  DescribeLogDirs: describeLogDirs,
  EndTxn: endTxn,
  Fetch: fetch,
  FindCoordinator: findCoordinator,
  Heartbeat: heartbeat,
  IncrementalAlterConfigs: incrementalAlterConfigs,
  InitProducerId: initProducerId,
  JoinGroup: joinGroup,
  LeaveGroup: leaveGroup,
  ListGroups: listGroups,
  ListOffsets: listOffsets,
  ListPartitionReassignments: listPartitionReassignments,
  Metadata: metadata,
  OffsetCommit: offsetCommit,
  OffsetDelete: offsetDelete,
  OffsetFetch: offsetFetch,
  OffsetForLeaderEpoch: offsetForLeaderEpoch,
  Produce: produce,
  SaslAuthenticate: saslAuthenticate,
  SaslHandshake: saslHandshake,
  SyncGroup: syncGroup,
  TxnOffsetCommit: txnOffsetCommit,
};
