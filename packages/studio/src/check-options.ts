import { isIP } from 'node:net';
import type { StudioOptions } from './start-studio.ts';
import { StudioError } from './studio-error.ts';

const limits = ['maxSpans', 'maxSpansPerTrace', 'maxLogLinesPerTrace', 'maxBytes', 'maxAgeMs', 'maxBodyBytes'] as const;

/** @throws {StudioError} `invalid_option` for the first that is not what it must be */
export function checkOptions(options: StudioOptions): void {
  const { port = 0, host = '127.0.0.1', allowedHosts = [], actions = [] } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) refuse(`"port" must be a whole number from 0 to 65535, not ${port}`);
  // Node takes an empty one for all addresses of the machine.
  if (typeof host !== 'string' || host.trim() === '') refuse(`"host" must be a name or an address, not ${JSON.stringify(host)}`);
  for (const name of limits) {
    const value = options[name];
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0)) refuse(`"${name}" must be a whole number from 1, not ${value}`);
  }
  for (const name of allowedHosts) {
    if (!/^[a-z0-9_.-]+$|^\[[0-9a-f:.]+\]$/i.test(name)) {
      refuse(`"allowedHosts" must hold names and addresses without a port${isIP(name) === 6 ? ', IPv6 in brackets' : ''}, not "${name}"`);
    }
  }
  const names = new Set<string>();
  for (const { name, label, run } of actions) {
    if (!name || !label || typeof run !== 'function') refuse('Each of the "actions" must have a name, a label and a function to run');
    if (names.has(name)) refuse(`Two of the "actions" have the name "${name}"`);
    names.add(name);
  }
}

function refuse(message: string): never {
  throw new StudioError('invalid_option', `${message}.`);
}
