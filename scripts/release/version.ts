// npm run version:set -- 0.2.0
import { parseArgs } from 'node:util';
import { setVersion } from './set-version.ts';

const help = `npm run version:set -- VERSION

Sets the version of the packages, of what they ask of each other, in their sources, in the lock file and in the changelog.
Exit code 2: there is no version in what was asked.
`;

try {
  const { values, positionals } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } }, allowPositionals: true });
  if (values.help === true) process.stdout.write(help);
  else if (positionals[0] === undefined || positionals.length > 1) throw new RangeError('one version is needed');
  else process.stdout.write(`${setVersion('.', positionals[0]).join('\n')}\n`);
} catch (error) {
  process.stderr.write(`version:set: ${error instanceof Error ? error.message : String(error)}\nTry --help.\n`);
  process.exitCode = 2;
}
