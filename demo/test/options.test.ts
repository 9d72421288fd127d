import { expect } from 'chai';
import { demoOptions, usage } from '../options.ts';

describe('the options of the demo', () => {
  it('are its ports, and nothing else, when none is given', () => {
    expect(demoOptions([])).to.deep.equal({ once: false, logs: false, help: false, port: 3_000, studioPort: 4_318 });
  });

  it('are taken from the command line', () => {
    const all = ['--once', '--logs', '--help', '--port', '0', '--studio-port=8080'];
    expect(demoOptions(all)).to.deep.equal({ once: true, logs: true, help: true, port: 0, studioPort: 8_080 });
  });

  it('name the error in a port, a flag or an argument', () => {
    for (const port of ['65536', '-1', '3.5', 'x', '', '1e3'])
      expect(() => demoOptions([`--port=${port}`]), port).to.throw(TypeError, `--port takes a port from 0 to 65535, not '${port}'`);
    expect(() => demoOptions(['--studio-port=x'])).to.throw(TypeError, "--studio-port takes a port from 0 to 65535, not 'x'");
    expect(() => demoOptions(['--twice'])).to.throw(TypeError, /--twice/);
    expect(() => demoOptions(['once'])).to.throw(TypeError, /once/);
  });

  it('are all in the help', () => {
    for (const flag of ['--once', '--logs', '--port', '--studio-port', '--help']) expect(usage).to.include(`  ${flag}`);
  });
});
