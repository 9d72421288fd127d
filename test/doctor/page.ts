import { companions } from '../../packages/kafka/src/doctor/rules/companions.ts';
import { contradictions } from '../../packages/kafka/src/doctor/rules/contradictions.ts';
import { deadLetters } from '../../packages/kafka/src/doctor/rules/dead-letters.ts';
import { failures } from '../../packages/kafka/src/doctor/rules/failures.ts';
import { forwarding } from '../../packages/kafka/src/doctor/rules/forwarding.ts';
import { records } from '../../packages/kafka/src/doctor/rules/records.ts';
import type { Rule } from '../../packages/kafka/src/doctor/rules/rule.ts';
import { sampling } from '../../packages/kafka/src/doctor/rules/sampling.ts';
import { spans } from '../../packages/kafka/src/doctor/rules/spans.ts';
import { unreadable } from '../../packages/kafka/src/doctor/rules/unreadable.ts';

/** The headings of the page, in the order in which findings are told. */
export const sections: ReadonlyMap<string, readonly Rule[]> = new Map<string, readonly Rule[]>([
  ['Headers that no reader takes', unreadable],
  ['Contexts that contradict each other', contradictions],
  ['What senders and forwarders do', forwarding],
  ['Records that failed', failures],
  ['Sampling', sampling],
  ['What the spans of a back end show', spans],
  ['Beside the context', companions],
  ['Dead letters', deadLetters],
  ['The record itself', records],
]);

/** The list of rules, as docs/doctor.md has it before it is wrapped. */
export function pageOf(): string {
  return [...sections].map(([heading, rules]) => [`### ${heading}`, '', ...rules.flatMap(linesOf)].join('\n')).join('\n\n');
}

function linesOf({ id, title, effect, fix, causes, docs }: Rule): string[] {
  return [
    `- **\`${id}\`**: ${title}`,
    `  - _Effect:_ ${effect}`,
    `  - _Fix:_ ${fix} [More](${docs})`,
    ...(causes === undefined ? [] : [`  - _Seen in:_ ${causes}`]),
  ];
}

/** A text without what a formatter changes: line breaks, indents, escapes. */
export function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('\\_', '_').replaceAll('\\*', '*').trim();
}
