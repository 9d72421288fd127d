import type { Rule } from '../../packages/kafka/src/doctor/rules/rule.ts';

/** The rows of the table of rules, as docs/doctor.md has it. */
export function rowsOf(rules: readonly Rule[]): string[] {
  const rows = rules.map(({ id, title, effect, fix, causes = '', docs }) => [`\`${id}\``, title, effect, `${fix} [More](${docs})`, causes]);
  return [['rule', 'what is wrong', 'what it does', 'what mends it', 'seen in'], ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}
