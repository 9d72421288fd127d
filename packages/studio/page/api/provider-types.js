// The shapes of what providers tell by the HTTP API, for the type checker only. Times are milliseconds since the epoch.

/** @typedef {{ deadLetters: boolean, replay: boolean, doctor: boolean }} Providers */

/**
 * @typedef {object} DeadLetterTopic
 * @property {string} topic
 * @property {number} records
 * @property {number} [oldest]
 * @property {number} [newest]
 * @property {string[]} groups
 * @property {string[]} writers
 */

/**
 * @typedef {object} ListedRecord
 * @property {number} partition
 * @property {string} offset
 * @property {number} [timestamp]
 * @property {string | null} key
 * @property {number} [valueSize]
 * @property {string} [writer]
 * @property {string} [originalTopic]
 * @property {number} [originalPartition]
 * @property {string} [originalOffset]
 * @property {number} [originalTimestamp]
 * @property {string} [groupId]
 * @property {number} [attempts]
 * @property {number} [firstFailure]
 * @property {string} [errorClass]
 * @property {string} [errorMessage]
 * @property {string} [traceId]
 * @property {string} [originTraceId]
 * @property {number} replays
 */

/**
 * @typedef {object} RecordGroup
 * @property {string} [name] class of the error or trace id
 * @property {number} records
 * @property {number} [oldest]
 * @property {number} [newest]
 * @property {string} [errorMessage]
 * @property {string[]} originalTopics
 */

/**
 * @typedef {object} DeadLetterTopicAnswer
 * @property {string} topic
 * @property {number} readAt
 * @property {number} records of the topic
 * @property {number} unreadPartitions
 * @property {number} held of the topic, in the studio
 * @property {number} matching of those that are held
 * @property {ListedRecord[]} [listed]
 * @property {RecordGroup[]} [groups]
 * @property {number} [groupCount]
 */

/** @typedef {{ size: number, base64: string }} ShownBytes the first of them */
/** @typedef {Omit<ListedRecord, 'key'> & { key: ShownBytes | null, value: ShownBytes | null, headers: { name: string, value: ShownBytes | null }[], headerCount: number }} DeadLetterRecord */

/** @typedef {{ partition: number, offset: string, to?: string, errorClass?: string, traceId?: string }} SentRecord */

/**
 * @typedef {object} ReplayReport
 * @property {boolean} dryRun
 * @property {string} ended
 * @property {Record<string, number>} counts
 * @property {SentRecord[]} sent the first of them
 * @property {{ partition: number, offset: string, reason: string }[]} problems
 * @property {string[]} notes
 * @property {number} durationMs
 * @property {string} [traceId]
 */

/** @typedef {{ partition: number, offset: string, seen: string, value?: string, key?: string | null }} FindingExample */

/**
 * @typedef {object} Finding
 * @property {string} rule
 * @property {string} title
 * @property {number} records
 * @property {number} of how many records: those that were read, or those that a back end was asked about
 * @property {number} share of these, from 0 to 1
 * @property {string} effect
 * @property {string} fix
 * @property {string} [causes]
 * @property {string} docs
 * @property {FindingExample[]} examples
 */

/**
 * @typedef {object} TopicDiagnosis
 * @property {string} topic
 * @property {number} records
 * @property {number} withContext
 * @property {number} unreadPartitions
 * @property {number} [tracesAsked] absent where no trace was to be looked for
 * @property {Record<string, number>} senders
 * @property {Record<string, number>} formats
 * @property {Finding[]} findings
 */

/** @typedef {{ healthy: boolean, partial: boolean, records: number, topics: TopicDiagnosis[] }} Diagnosis `partial` where it was ended before its end */
/** @typedef {{ last: { madeAt: number, diagnosis: Diagnosis } | null }} DoctorAnswer */

export {};
