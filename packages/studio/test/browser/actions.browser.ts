import { expect } from 'chai';
import { orderTraces } from '../support/order-flow.ts';
import { traceId } from '../support/otlp.ts';
import { openStudio } from './support/studio-page.ts';

describe('the actions', () => {
  it('are buttons that show their result and lead to the trace that they started', async () => {
    await using studio = await openStudio({
      actions: [
        {
          name: 'place-order',
          label: 'Place an order',
          description: 'One order of tea',
          run: async () => {
            await studio.send(orderTraces);
            return { message: 'Order 7 is placed', traceId: traceId('order') };
          },
        },
      ],
    });
    await studio.open('/');
    const { page } = studio;
    const button = page.getByRole('button', { name: 'Place an order' });
    await button.waitFor();
    expect(await button.getAttribute('title')).to.equal('One order of tea');
    await button.click();
    await page.getByRole('status').getByText('Order 7 is placed').waitFor();
    await page.getByRole('link', { name: 'Open its trace' }).click();
    await page.getByRole('heading', { name: /POST \/orders/ }).waitFor();
    expect(new URL(page.url()).pathname).to.equal(`/traces/${traceId('order')}`);
  });

  it('show why they failed, and can be retried', async () => {
    let tries = 0;
    await using studio = await openStudio({
      actions: [
        {
          name: 'stop-broker',
          label: 'Stop the broker',
          run: () => {
            tries += 1;
            return tries === 1 ? Promise.reject(new Error('The broker is busy')) : Promise.resolve({ message: 'Stopped' });
          },
        },
      ],
    });
    await studio.open('/');
    const { page } = studio;
    const result = page.locator('.action-result');
    await page.getByRole('button', { name: 'Stop the broker' }).click();
    await result.getByText(/failed: .*busy/).waitFor();
    await page.getByRole('button', { name: 'Stop the broker' }).click();
    await result.getByText('Stopped').waitFor();
    expect(await result.getByRole('link').count()).to.equal(0);
  });

  it('run once, however often the button is pressed meanwhile', async () => {
    let runs = 0;
    const { promise, resolve } = Promise.withResolvers<{ message: string }>();
    await using studio = await openStudio({
      actions: [
        {
          name: 'slow',
          label: 'Slow',
          run: () => {
            runs += 1;
            return promise;
          },
        },
      ],
    });
    await studio.open('/');
    const button = studio.page.getByRole('button', { name: 'Slow' });
    await button.click();
    await studio.page.getByText('is running').waitFor();
    await button.dispatchEvent('click');
    await button.dispatchEvent('click');
    resolve({ message: 'Done at last' });
    await studio.page.getByText('Done at last').waitFor();
    expect(runs).to.equal(1);
  });

  it('are hidden when there are none, and on a trace until they are opened', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open('/');
    await studio.page.locator('.trace-row').first().waitFor();
    expect(await studio.page.getByRole('button', { name: 'Actions' }).count()).to.equal(0);

    await using other = await openStudio({ actions: [{ name: 'act', label: 'Act', run: () => Promise.resolve({ message: 'Acted' }) }] });
    await other.send(orderTraces);
    await other.open(`/traces/${traceId('order')}`);
    const toggle = other.page.getByRole('button', { name: 'Actions' });
    await toggle.waitFor();
    expect(await toggle.getAttribute('aria-expanded')).to.equal('false');
    expect(await other.page.getByRole('button', { name: 'Act', exact: true }).count()).to.equal(0);
    await toggle.click();
    await other.page.getByRole('button', { name: 'Act', exact: true }).click();
    await other.page.getByText('Acted').waitFor();
  });
});
