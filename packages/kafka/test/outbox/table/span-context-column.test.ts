import { expect } from 'chai';
import fc from 'fast-check';
import { javaProperties, spanContextText } from '../../../src/outbox/table/span-context-column.ts';

/** The result of `java.util.Properties.load` for text without line continuations, by its documentation. */
function load(text: string): Record<string, string> {
  const entries: [string, string][] = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    const trimmed = line.replace(/^[ \t\f]+/, '');
    if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith('!')) continue;
    const { name = '' } = /^(?<name>(?:\\.|[^\\=: \t\f])*)/s.exec(trimmed)?.groups ?? {};
    const rest = trimmed.slice(name.length).replace(/^[ \t\f]*[=:]?[ \t\f]*/, '');
    entries.push([unescaped(name), unescaped(rest)]);
  }
  return Object.fromEntries(entries);
}

function unescaped(text: string): string {
  const named: Readonly<Record<string, string>> = { t: '\t', n: '\n', f: '\f', r: '\r' };
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|(.))/gs, (_, hex: string | undefined, character: string) =>
    hex === undefined ? (named[character] ?? character) : String.fromCharCode(parseInt(hex, 16)),
  );
}

describe('Java properties of a span context', () => {
  it('have the format of java.util.Properties', () => {
    expect(javaProperties({ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'a=1,b=x:y' })).to.equal(
      'traceparent=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\ntracestate=a\\=1,b\\=x\\:y\n',
    );
    expect(javaProperties({ 'a b#': ' c!  \\\r\n\t\f é\u{1f600}' })).to.equal('a\\ b\\#=\\ c\\!  \\\\\\r\\n\\t\\f \\u00E9\\uD83D\\uDE00\n');
    expect(javaProperties({})).to.equal('');
  });

  it('hold a valid traceparent, whatever number the flags are, and are none without one', () => {
    const [traceId, spanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
    expect(spanContextText({ traceId, spanId, traceFlags: 0x101 })).to.equal(`traceparent=00-${traceId}-${spanId}-01\n`);
    expect(spanContextText({ traceId, spanId: '', traceFlags: 1 })).to.equal(null);
    expect(spanContextText(undefined)).to.equal(null);
  });

  it('are read back unchanged, whatever names and values hold', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom(' ', '\t', '\n', '\f', '\r', '\\', '=', ':', '#', '!', 'u', '0'),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
    });
    fc.assert(
      fc.property(fc.dictionary(text, text), (entries) => {
        const written = javaProperties(entries);
        expect(written).to.match(/^[\n -~]*$/);
        expect(load(written)).to.deep.equal({ ...entries });
      }),
    );
  });
});
