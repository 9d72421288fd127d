import { spawnSync } from 'node:child_process';
import { settingsOrExit } from '@tracelink-demo/kit';
import { expect } from 'chai';

/** Reads settings in a separate process, which `after` shows to be still alive, and returns its output and how it ended. */
function run(read: string): { status: number | null; stdout: string; stderr: string } {
  const program = `
    import { EnvironmentError, settingsOrExit } from '@tracelink-demo/kit';
    settingsOrExit('test', () => { ${read} });
    console.log('after');
  `;
  const args = ['--conditions=@tracelink/source', '--input-type=module', '--eval', program];
  return spawnSync(process.execPath, args, { encoding: 'utf8' });
}

describe('settingsOrExit', () => {
  it('returns what was read from the environment', () => {
    expect(settingsOrExit('test', (variables) => variables === process.env)).to.equal(true);
  });

  it('prints on one line what is wrong with the settings, and exits with 1', () => {
    const { status, stdout, stderr } = run(`throw new EnvironmentError(['URL is missing', 'PORT is odd']);`);
    expect({ status, stderr }).to.deep.equal({ status: 1, stderr: '' });
    expect(JSON.parse(stdout)).to.include({ level: 'fatal', service: 'test', msg: 'Cannot start: URL is missing; PORT is odd.' });
  });

  it('leaves a programming error to Node, with its stack', () => {
    const { status, stdout, stderr } = run(`throw new TypeError('a bug');`);
    expect({ status, stdout }).to.deep.equal({ status: 1, stdout: '' });
    expect(stderr).to.match(/TypeError: a bug\n\s+at /);
  });
});
