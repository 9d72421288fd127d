/** @import { DeadLetterRecord, DeadLetterTopic, DeadLetterTopicAnswer, DoctorAnswer, Providers } from './provider-types.js' */
import { ask } from './client.js';

/**
 * @param {AbortSignal} signal
 * @returns {Promise<Providers>}
 */
export async function getProviders(signal) {
  return (await ask('/api/providers', { signal })).json();
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<{ topics: DeadLetterTopic[] }>}
 */
export async function getDeadLetterTopics(signal) {
  return (await ask('/api/dead-letters', { signal })).json();
}

/**
 * @param {string} topic
 * @param {URLSearchParams} query `by`, `errorClass`, `traceId`, `search`, `limit`, `fresh`
 * @param {AbortSignal} signal
 * @returns {Promise<DeadLetterTopicAnswer>}
 */
export async function getDeadLetters(topic, query, signal) {
  return (await ask(`/api/dead-letters/${encodeURIComponent(topic)}?${query}`, { signal })).json();
}

/**
 * @param {{ topic: string, partition: string, offset: string }} address
 * @param {AbortSignal} signal
 * @returns {Promise<DeadLetterRecord>}
 */
export async function getDeadLetter({ topic, partition, offset }, signal) {
  return (await ask(`/api/dead-letters/${encodeURIComponent(topic)}/${partition}/${offset}`, { signal })).json();
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<DoctorAnswer>}
 */
export async function getDoctor(signal) {
  return (await ask('/api/doctor', { signal })).json();
}
