import { PassThrough } from 'node:stream';
import { WriteStream } from 'node:tty';
import { stripVTControlCharacters } from 'node:util';
import { formatTrace, printTrace, type TraceSpan } from '@tracelink/testing';
import { expect } from 'chai';
import { id, link, span, traceId } from '../support/spans.ts';

describe('printTrace', () => {
  const environment = process.env;

  beforeEach(() => {
    // Copied here and not above: what others set before this test stays.
    const { NO_COLOR: _no, FORCE_COLOR: _force, NODE_DISABLE_COLORS: _disable, CI: _ci, ...others } = environment;
    process.env = { ...others, TERM: 'xterm-256color' };
  });
  afterEach(() => {
    process.env = environment;
  });

  const spans: readonly TraceSpan[] = [
    span('a', { status: { code: 'ok' } }),
    span('b', { startTime: 1, parentSpanId: id('9'), status: { code: 'error', message: 'no\u001b[2J' }, links: [link('a')] }),
  ];

  /** What a stream gets; a terminal tells by `getColorDepth` what it and the environment allow. */
  const printed = ({ isTTY }: { isTTY: boolean }): string => {
    // eslint-disable-next-line typescript/unbound-method -- it reads the environment only
    const stream = Object.assign(new PassThrough(), { isTTY, getColorDepth: WriteStream.prototype.getColorDepth });
    printTrace(spans, stream);
    return String(stream.read());
  };

  it('writes the tree and a line feed', () => {
    const written: string[] = [];
    printTrace([span('a')], { write: (text) => written.push(text) });
    expect(written.join('')).to.equal(`trace ${traceId}\n└─ orders: a (internal, 1.0 ms)\n`);
  });

  it('writes colours to a terminal: the trace, what is aside, links and errors', () => {
    const text = printed({ isTTY: true });
    expect(text.split('\n')).to.deep.equal([
      `\u001b[1mtrace ${traceId}\u001b[22m`,
      '├─ orders: a \u001b[2m(internal, 1.0 ms)\u001b[22m OK',
      `└─ orders: b \u001b[2m(internal, 1.0 ms)\u001b[22m \u001b[31mERROR no\\x1b[2J\u001b[39m \u001b[2m(parent ${id('9')} not received)\u001b[22m`,
      '      → \u001b[36morders: a\u001b[39m',
      '',
    ]);
    expect(stripVTControlCharacters(text)).to.equal(`${formatTrace(spans)}\n`);
  });

  it('writes none to what is no terminal', () => {
    expect(printed({ isTTY: false })).to.equal(`${formatTrace(spans)}\n`);
  });

  it('writes none where NO_COLOR is set, and everywhere where FORCE_COLOR is', () => {
    process.env['NO_COLOR'] = '1';
    expect(printed({ isTTY: true })).to.equal(`${formatTrace(spans)}\n`);
    delete process.env['NO_COLOR'];
    process.env['FORCE_COLOR'] = '1';
    expect(printed({ isTTY: false })).to.include('\u001b[31mERROR');
  });
});
