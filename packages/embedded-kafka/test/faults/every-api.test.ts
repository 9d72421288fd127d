import { expect } from 'chai';
import { errorCodes } from '../../src/core/error-codes.ts';
import { requestSubjects, type Subject } from '../../src/faults/subjects.ts';
import { EmbeddedKafka } from '../../src/index.ts';
import { handlers } from '../../src/server/handlers/handlers.ts';
import { apiOf, type ApiName, type RequestToEncode } from '../../src/wire/apis/apis.ts';
import type { DecodedRequest } from '../../src/wire/requests.ts';
import { zeroUuid } from '../../src/wire/codecs/field-spec.ts';
import { ask, commitOffset } from '../support/ask.ts';
import { sampleMessage } from '../wire/samples.ts';

/** The error of these faults, which no sample causes by itself. */
const error = 'THROTTLING_QUOTA_EXCEEDED';

const namePartitions: readonly ApiName[] = [
  'AddPartitionsToTxn',
  'AlterPartitionReassignments',
  'ConsumerGroupHeartbeat',
  'DeleteRecords',
  'DescribeLogDirs',
  'Fetch',
  'ListOffsets',
  'ListPartitionReassignments',
  'OffsetCommit',
  'OffsetDelete',
  'OffsetFetch',
  'OffsetForLeaderEpoch',
  'Produce',
  'TxnOffsetCommit',
];
const nameTopics: readonly ApiName[] = [
  ...namePartitions,
  'AlterConfigs',
  'CreatePartitions',
  'CreateTopics',
  'DeleteTopics',
  'DescribeConfigs',
  'IncrementalAlterConfigs',
  'Metadata',
];

/** All error codes in a response, at any depth. */
function errorsIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    name === 'errorCode' || name === 'partitionErrorCode' ? [inner] : errorsIn(inner),
  );
}

/** Replaces the fields of these names, at any depth. */
function withFields(value: unknown, fields: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(value)) return value.map((element) => withFields(element, fields));
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  const entries = Object.entries(value) as [string, unknown][];
  return Object.fromEntries(entries.map(([name, inner]) => [name, name in fields ? fields[name] : withFields(inner, fields)]));
}

/** A request of that version without fields that cause an error of their own. Its config resources are topics. */
function requestOf(api: ApiName, version: number, topicId: string = zeroUuid): RequestToEncode<ApiName> {
  const sample = sampleMessage(apiOf(api).request, version, 'full');
  return withFields(sample, { acks: -1, sessionId: 0, resourceType: 2, topicId }) as RequestToEncode<ApiName>;
}

/** The first topic or partition that the request names; a topic by its id is `orders`. */
function firstSubject(api: ApiName, version: number, kind: keyof Subject): Subject | undefined {
  const request = { api, version, body: requestOf(api, version) } as unknown as DecodedRequest;
  return requestSubjects(request, () => 'orders').find((subject) => subject[kind] !== undefined);
}

/** Every API in its oldest and its newest version, with the fault's error before and after the request is processed. */
const cases = (Object.keys(handlers) as ApiName[]).flatMap((api) => {
  const { min, max } = apiOf(api).versions;
  return [...new Set([min, max])].flatMap((version) =>
    [false, true].map((applied) => ({
      api,
      version,
      applied,
      where: `in the response to ${api} version ${version}${applied ? ' after the request is processed' : ''}`,
    })),
  );
});

describe('an error fault', () => {
  let kafka: EmbeddedKafka;
  let topicId: string;
  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ topics: { orders: 1 } });
    const unasked = { includeClusterAuthorizedOperations: false, includeTopicAuthorizedOperations: false };
    const { topics } = await ask(kafka.brokers[0] ?? '', 'Metadata', 12, { ...unasked, topics: [{ name: 'orders', topicId: zeroUuid }] });
    topicId = topics[0]?.topicId ?? '';
  });
  afterEach(() => kafka.stop());

  const errorsOf = async (api: ApiName, version: number): Promise<unknown[]> => {
    const response = await ask(kafka.brokers[0] ?? '', api, version, requestOf(api, version, topicId));
    return errorsIn(response).filter((code) => code !== errorCodes.NONE);
  };

  for (const { api, version, applied, where } of cases) {
    it(`sets the error ${where}`, async () => {
      kafka.fault({ api }, { error, applied });
      const errors = await errorsOf(api, version);
      expect(errors).to.not.have.length(0);
      expect(new Set(errors)).to.deep.equal(new Set([errorCodes[error]]));
      kafka.assertNoPendingFaults();
    });
  }

  for (const { api, version, applied, where } of cases.filter((each) => nameTopics.includes(each.api))) {
    it(`sets the error of one topic ${where}`, async () => {
      await expectErrorOf({ api, topic: firstSubject(api, version, 'topic')?.topic ?? 'none' }, version, applied);
    });
  }

  for (const { api, version, applied, where } of cases.filter((each) => namePartitions.includes(each.api))) {
    it(`sets the error of one partition ${where}`, async () => {
      const { topic = 'none', partition = 0 } = firstSubject(api, version, 'partition') ?? {};
      await expectErrorOf({ api, topic, partition }, version, applied);
    });
  }

  interface Match {
    readonly api: ApiName;
    readonly topic: string;
    readonly partition?: number;
  }

  async function expectErrorOf(match: Match, version: number, applied: boolean): Promise<void> {
    // The group of the sample, so that offsets of it can be deleted.
    await commitOffset(kafka, 'groupId é1', 'orders', 1);
    const fault = kafka.fault(match, { error, applied });
    const errors = await errorsOf(match.api, version);
    expect(fault.hits).to.equal(1);
    expect(errors).to.include(errorCodes[error]);
  }

  it('knows all APIs whose requests name topics or partitions', () => {
    const naming = (kind: keyof Subject): ApiName[] =>
      [...new Set(cases.filter(({ api, version }) => firstSubject(api, version, kind) !== undefined).map(({ api }) => api))].sort();
    expect(naming('topic')).to.deep.equal(nameTopics.toSorted());
    expect(naming('partition')).to.deep.equal(namePartitions.toSorted());
  });
});
