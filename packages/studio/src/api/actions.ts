import { HttpError, sendJson, type Exchange, type Route } from '../http/exchange.ts';
import { checkPage } from '../http/page-request.ts';

export function actionRoutes(actions: readonly StudioAction[]): Route[] {
  const byName = new Map(actions.map((action) => [encodeURIComponent(action.name), action]));
  const running = new Set<StudioAction>();
  const listed = actions.map(({ name, label, description }) => ({ name, label, ...(description === undefined ? {} : { description }) }));

  const run = async ({ request, response, parts: [name = ''] }: Exchange): Promise<void> => {
    checkPage(request);
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

/** What an action tells the page that started it. */
export interface ActionResult {
  /** One sentence. */
  readonly message: string;
  /** The trace that the action made: the page leads to it. */
  readonly traceId?: string;
}

/** Something that the program behind the studio can be asked to do: a button on the page. */
export interface StudioAction {
  /** Names the action in its address, `/api/actions/{name}`; no other one has it. */
  readonly name: string;
  /** What the button says. */
  readonly label: string;
  /** What it does, in a sentence. */
  readonly description?: string;
  /** Does it. Never runs twice at once. What it rejects with is shown on the page by its message. */
  readonly run: () => Promise<ActionResult>;
}
