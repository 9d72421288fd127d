import { sendJson, type Route } from '../http/exchange.ts';
import type { DeadLetterProvider } from '../providers/dead-letters.ts';
import type { DoctorProvider } from '../providers/doctor.ts';
import { deadLetterRoutes } from './dead-letter-routes.ts';
import { doctorRoutes } from './doctor-routes.ts';
import { replayRoute } from './replay-route.ts';

/** What the program behind the studio lets it show besides traces. */
export interface Providers {
  readonly deadLetters?: DeadLetterProvider;
  readonly doctor?: DoctorProvider;
}

/**
 * The page asks first what there is.
 *
 * @param url the address of this studio
 * @param log gets a line for each action
 */
export function providerRoutes({ deadLetters, doctor }: Providers, url: () => string, log: (line: string) => void): Route[] {
  const there = { deadLetters: deadLetters !== undefined, replay: deadLetters?.canReplay === true, doctor: doctor !== undefined };
  return [
    { method: 'GET', path: /^\/api\/providers$/, answer: ({ response }) => sendJson(response, there) },
    ...(deadLetters === undefined ? [] : [...deadLetterRoutes(deadLetters), replayRoute(deadLetters, log)]),
    ...(doctor === undefined ? [] : doctorRoutes(doctor, url, log)),
  ];
}
