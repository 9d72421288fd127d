import { sendJson, type Exchange, type Route } from '../http/exchange.ts';
import { HttpError } from '../http/http-error.ts';
import type { StudioAction } from './action.ts';

export function actionRoutes(actions: readonly StudioAction[]): Route[] {
  const byName = new Map(actions.map((action) => [encodeURIComponent(action.name), action]));
  const running = new Set<StudioAction>();
  const listed = actions.map(({ name, label, description }) => ({ name, label, ...(description === undefined ? {} : { description }) }));

  const run = async ({ request, response, parts: [name = ''] }: Exchange): Promise<void> => {
    // No form of another site can send this header, and no script of one without asking first.
    if (request.headers['x-tracelink-studio'] === undefined) {
      throw new HttpError(403, 'An action is started from the page, or with the header "x-tracelink-studio: 1".');
    }
    const action = byName.get(name);
    if (action === undefined) throw new HttpError(404, `There is no action ${name}.`);
    if (running.has(action)) throw new HttpError(409, `${action.label} is running already.`);
    running.add(action);
    try {
      const { message, traceId } = await action.run();
      sendJson(response, { message, traceId });
    } finally {
      running.delete(action);
    }
  };

  return [
    { method: 'GET', path: /^\/api\/actions$/, answer: ({ response }) => sendJson(response, { actions: listed }) },
    { method: 'POST', path: /^\/api\/actions\/([^/]+)$/, answer: run },
  ];
}
