import { found, type RecordRule, type TopicRule } from './rule.ts';

/** Fewer say nothing about a sampler. */
const enough = 20;

/** What contexts decide about sampling. */
export const sampling: readonly (RecordRule | TopicRule)[] = [
  {
    of: 'record',
    id: 'sampling-undecided',
    title: 'B3 without a decision on sampling.',
    effect: 'Each reader decides for itself: the trace has holes. OpenTelemetry’s propagator (JS 3.1.0) writes it onwards as a denial.',
    fix: 'Let the first service decide: b3 ends in -1 or -0, X-B3-Sampled is 1 or 0.',
    docs: 'headers.md#precedence',
    inspect({ contexts }) {
      const undecided = contexts.find(({ format, sampling: decision }) => decision === 'defer' && format.startsWith('b3'));
      return undecided && { seen: `${undecided.format} without a state` };
    },
  },
  {
    of: 'record',
    id: 'sampling-denied-without-ids',
    title: 'Sampling is denied without the ids of a trace.',
    effect: 'Nothing is recorded from here on, and nothing tells which trace it was.',
    fix: 'Send b3 with its ids (…-0) where the trace should be known; else this is what the sender asked for.',
    causes: 'B3’s b3: 0, Instana’s suppression (X_INSTANA_L_S: 0)',
    docs: 'headers.md#precedence',
    inspect({ headers, contexts }) {
      if (contexts.length > 0) return undefined;
      const denial = ['b3', 'x-b3-sampled', 'x_instana_l_s'].find((name) => /^(?:0|false)$/i.test(headers.text(name) ?? ''));
      return denial === undefined ? undefined : { seen: `${headers.spellings(denial)[0]?.name ?? denial}: 0 alone` };
    },
  },
  {
    of: 'topic',
    id: 'all-unsampled',
    title: 'No context of the topic is sampled.',
    effect: 'Back ends get none of these traces: the sender’s sampler is off, or keeps very little.',
    fix: 'Set the sampler of the sender: OTEL_TRACES_SAMPLER=parentbased_always_on, or a higher ratio; a parent that is not sampled may come from a gateway.',
    docs: 'headers.md#precedence',
    inspect: ({ withContext, sampled, undecided, examples }) =>
      withContext >= enough && sampled + undecided === 0
        ? { seen: `none of ${withContext}`, records: withContext, places: examples.context }
        : undefined,
  },
  {
    of: 'topic',
    id: 'trace-unknown',
    title: 'The back end does not have the spans that sampled records name.',
    effect: 'The consumer’s spans hang on a parent that is nowhere: the trace begins in the middle.',
    fix: 'Let the sender export to the same back end (OTEL_EXPORTER_OTLP_ENDPOINT), and look for spans that its exporter or a collector drops; of a span that has not ended, and of records older than the back end keeps traces, it is no fault.',
    docs: 'getting-started.md#if-there-is-no-trace',
    inspect({ traced }) {
      const sampled = traced.filter(({ isSampled }) => isSampled);
      const unknown = sampled.filter(({ isKnown }) => !isKnown);
      return found(unknown, sampled.length, () => `${unknown.length} of ${sampled.length} traces`);
    },
  },
  {
    of: 'topic',
    id: 'debug-left-on',
    title: 'Every context has B3’s debug flag.',
    effect: 'Every trace is recorded whatever the sampler says: the bill of the back end grows.',
    fix: 'Take b3: …-d or X-B3-Flags: 1 out of what sets it, mostly a gateway or a test.',
    docs: 'headers.md#precedence',
    inspect: ({ withContext, debug, examples }) =>
      withContext >= enough && debug === withContext
        ? { seen: `all of ${withContext}`, records: debug, places: examples.context }
        : undefined,
  },
];
