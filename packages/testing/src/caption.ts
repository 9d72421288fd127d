import type { TraceSpan } from './trace-span.ts';

/** More of a text says no more about which it is, and breaks the picture around it. */
const widest = 160;

/** A span as messages and drawings name it: service and name, a long one without its middle. */
export function caption({ serviceName, name }: TraceSpan): string {
  return `${shortened(serviceName ?? '?')}: ${shortened(name)}`;
}

/** The same in full length, where two names must not become one. */
export function fullCaption({ serviceName, name }: TraceSpan): string {
  return `${printable(serviceName ?? '?')}: ${printable(name)}`;
}

/** What is left of a long text for a drawing: its beginning and its end. */
export function shortened(text: string): string {
  const half = widest / 2;
  return printable(text.length > widest ? `${text.slice(0, half)}…${text.slice(1 - half)}` : text);
}

/**
 * Names may hold what others chose, a topic or an error's text: no control character may reach the terminal, no line may begin
 * but where the drawing begins one, and no mark of the writing direction may turn the line around.
 */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
  });
}
