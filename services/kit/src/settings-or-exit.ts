import { EnvironmentError } from './environment.ts';
import { serviceLogger } from './logger.ts';

/**
 * Reads a service's settings from the environment; when they are not usable, logs that on one line and ends the process
 * with exit code 1, before anything was opened.
 */
export function settingsOrExit<T>(service: string, read: (variables: NodeJS.ProcessEnv) => T): T {
  try {
    return read(process.env);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    serviceLogger(service, 'info').fatal(error.message);
    process.exit(1);
  }
}
