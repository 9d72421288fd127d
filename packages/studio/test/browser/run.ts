// Runs the tests of the page in a real Chromium: `npm run test:browser`. Where none is and none can be installed, it says so in one
// line and succeeds. Arguments go on to mocha.
import { spawnSync } from 'node:child_process';
import { findChromium, installChromium } from './support/find-chromium.ts';

if (findChromium() === undefined) installChromium();
if (findChromium() === undefined) {
  process.stdout.write('Skipped: the browser tests of @tracelink/studio need Chromium. Install it, or set CHROMIUM_PATH.\n');
} else {
  const config = ['--config', 'packages/studio/test/browser/.mocharc.json'];
  const mocha = spawnSync(process.execPath, ['node_modules/mocha/bin/mocha.js', ...config, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = mocha.status ?? 1;
}
