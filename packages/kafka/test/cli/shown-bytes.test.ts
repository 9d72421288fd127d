import { expect } from 'chai';
import { oneLine, terminalJson } from '../../src/cli/record-output.ts';
import { shownBytes } from '../../src/dead-letters/shown-bytes.ts';

// oxlint-disable-next-line no-control-regex -- what a terminal obeys is what must not come out
const obeyed = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

describe('bytes on a terminal', () => {
  it('are text when they are printable, else Base64', () => {
    for (const text of ['', 'tea', 'käse 🧀 茶', '{\n\t"a": 1\n}\r\n']) expect(shownBytes(Buffer.from(text))).to.equal(text);
    for (const [bytes, shown] of [
      [[0, 0, 0, 7], 'base64:AAAABw=='],
      [[0xff], 'base64:/w=='],
      [[0x1b, 0x5b, 0x32, 0x4a], 'base64:G1sySg=='],
      [[0xc2, 0x9b], 'base64:wps='],
      [[0xe2, 0x80, 0xae], 'base64:4oCu'],
    ] as const)
      expect(shownBytes(Buffer.from(bytes))).to.equal(shown);
  });

  it('are distinguishable from all other bytes', () => {
    expect(shownBytes(Buffer.from('base64:AAAABw=='))).to.equal('base64:YmFzZTY0OkFBQUFCdz09');
  });

  it('contain no control characters, on a line or in JSON', () => {
    const all = Array.from({ length: 0x2100 }, (_, code) => String.fromCharCode(code)).join('');
    expect(oneLine(all)).not.to.match(obeyed);
    const json = terminalJson({ all, [all]: 1 });
    expect(json).not.to.match(obeyed);
    expect(JSON.parse(json)).to.deep.equal({ all, [all]: 1 });
  });
});
