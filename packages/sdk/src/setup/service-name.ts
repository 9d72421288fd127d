import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The option `serviceName` from the nearest `package.json` of the program; none where the environment names the service. */
export function serviceName(): { serviceName?: string } {
  const { OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES } = process.env;
  if (OTEL_SERVICE_NAME?.trim() || OTEL_RESOURCE_ATTRIBUTES?.includes('service.name=')) return {};
  const program = process.argv[1];
  const name = nearestPackageName(program === undefined ? process.cwd() : dirname(program));
  return name === undefined ? {} : { serviceName: name };
}

/**
 * The `name` in the nearest `package.json` at or above `directory`. A file without a name, or one that cannot be read,
 * is passed over: some tools write one just to say `"type": "module"`.
 *
 * @returns `undefined` when there is none up to the root
 */
export function nearestPackageName(directory: string): string | undefined {
  const name = packageName(join(directory, 'package.json'));
  const parent = dirname(directory);
  return name ?? (parent === directory ? undefined : nearestPackageName(parent));
}

function packageName(file: string): string | undefined {
  try {
    const { name } = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown };
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    return undefined;
  }
}
