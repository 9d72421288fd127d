// Runs every test once under c8 and asks 95 % of lines and of branches from each workspace by itself: a package that is tested badly
// does not hide behind one that is tested well. Arguments go to mocha. Exit code 1: a test failed, or a workspace is below the floor.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, rmSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { hasCode } from './has-code.ts';
import { belowFloor, packageCoverage, percent, type FileCoverage } from './package-coverage.ts';

const floor = 95;
const summaryFile = 'coverage/coverage-summary.json';

rmSync('coverage', { recursive: true, force: true });
const tests = spawnSync('c8', ['mocha', ...process.argv.slice(2)], { stdio: 'inherit' });

const summary = JSON.parse(readFileSync(summaryFile, 'utf8')) as Record<string, FileCoverage>;
const files = new Map(
  Object.entries(summary)
    .filter(([path]) => path !== 'total' && hasCode(readFileSync(path, 'utf8')))
    .map(([path, file]) => [relative('.', path), file]),
);
const folders = globSync(['packages/*/package.json', 'services/*/package.json']).map(dirname).sort();
const packages = packageCoverage(folders, files);

console.log(`\n${'workspace'.padEnd(28)}${'files'.padStart(7)}${'lines %'.padStart(10)}${'branches %'.padStart(12)}`);
for (const { folder, files: count, lines, branches } of packages) {
  console.log(
    `${folder.padEnd(28)}${String(count).padStart(7)}${percent(lines).toFixed(2).padStart(10)}${percent(branches).toFixed(2).padStart(12)}`,
  );
}
const failures = packages.flatMap((coverage) => belowFloor(coverage, floor));
if (tests.status !== 0) failures.push(`mocha: ${tests.error?.message ?? `exit code ${tests.status}`}`);
for (const failure of failures) console.error(`coverage: ${failure}`);
process.exitCode = failures.length === 0 ? 0 : 1;
