// Builds and packs every package as it would be published, and checks the tarballs as their users do: `npm run check:package`. Exit code 1
// and one text for each problem.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from './packages/bundle.ts';
import { mapInPairs } from './packages/command.ts';
import { readPackages } from './packages/manifest.ts';
import { pack } from './packages/pack.ts';
import { verify } from './packages/verify.ts';

const work = mkdtempSync(join(tmpdir(), 'tracelink-packages-'));
try {
  const packages = readPackages();
  await Promise.all(packages.map((one) => bundle(one)));
  const packed = await mapInPairs(packages, (one) => pack(one, work));
  const problems = await verify(packages, packed, work, (line) => console.log(line));
  for (const problem of problems) console.error(`check:package: ${problem}`);
  console.log(`${packages.length} packages packed, ${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
