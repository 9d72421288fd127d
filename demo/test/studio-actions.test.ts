import { startStudio, type Studio } from '@tracelink/studio';
import { expect } from 'chai';
import type { Scenario } from '../scenarios/scenario.ts';
import { allScenarios } from '../scenarios/all-scenarios.ts';
import type { DemoStack } from '../stack.ts';
import { studioActions } from '../studio-actions.ts';

const traceId = '5b8aa5a2d2c872e8321cf37308d69df2';

const press = (studio: Studio, name: string): Promise<Response> =>
  fetch(`${studio.url}/api/actions/${name}`, { method: 'POST', headers: { 'x-tracelink-studio': '1' } });

const send = (studio: Studio): Promise<Response> => {
  const span = { traceId, spanId: '051581bf3cb55c13', name: 'POST /orders', kind: 2, startTimeUnixNano: '1', endTimeUnixNano: '2' };
  return fetch(`${studio.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
  });
};

describe("the buttons on the studio's page", () => {
  it('wait for the stack, play their scenario on it, and answer when the studio has a part of its trace', async () => {
    const played: DemoStack[] = [];
    const begun = Promise.withResolvers<void>();
    const scenario: Scenario = {
      name: 'order',
      label: 'Order',
      description: 'An order',
      async play(stack) {
        played.push(stack);
        begun.resolve();
        return { message: 'Order 7 was placed', traces: [{ traceId, expected: (trace) => trace }], shipped: [] };
      },
    };
    const { promise: running, resolve } = Promise.withResolvers<DemoStack>();
    await using studio = await startStudio({ port: 0, actions: studioActions([scenario], running) });
    const events: string[] = [];
    const pressed = press(studio, 'order').then((response) => {
      events.push('answered');
      return response;
    });
    // The studio gets the button press before the later request.
    expect(await (await fetch(`${studio.url}/api/actions`)).json()).to.deep.equal({
      actions: [{ name: 'order', label: 'Order', description: 'An order' }],
    });
    expect(played).to.deep.equal([]);
    const stack = { studio } as DemoStack;
    resolve(stack);
    await begun.promise;
    expect(played).to.deep.equal([stack]);
    events.push('sent');
    await send(studio);
    expect(await (await pressed).json()).to.deep.equal({ message: 'Order 7 was placed', traceId });
    expect(events).to.deep.equal(['sent', 'answered']);
  });

  it('report why a scenario could not be played', async () => {
    const scenario: Scenario = {
      name: 'order',
      label: 'Order',
      description: 'An order',
      play: () => Promise.reject(new Error('The orders service answered 503: The database does not answer')),
    };
    const running = Promise.withResolvers<DemoStack>();
    await using studio = await startStudio({ port: 0, actions: studioActions([scenario], running.promise) });
    running.resolve({ studio } as DemoStack);
    const response = await press(studio, 'order');
    expect(await response.json()).to.deep.equal({ error: 'The orders service answered 503: The database does not answer' });
    expect(response.status).to.equal(500);
  });

  it('have unique names, labels and descriptions', () => {
    for (const member of ['name', 'label', 'description'] as const)
      expect(new Set(allScenarios.map((scenario) => scenario[member])).size, member).to.equal(allScenarios.length);
  });
});
