import { deadLetterTopic, shopBroker } from '../support/shop-broker.ts';
import { openStudio } from '../support/studio-page.ts';

describe('a page that stays open while its studio is started again', () => {
  it('offers what the new one allows', async () => {
    await using broker = await shopBroker([{ key: '1' }]);
    await using allowing = await shopBroker([{ key: '1' }], { allowReplay: true });
    await using studio = await openStudio(broker.providers);
    const { page } = studio;
    await studio.open(`/dead-letters/${deadLetterTopic}`);
    const panel = page.getByRole('region', { name: 'Replay' });
    await panel.getByText('Read only').waitFor();
    await page.locator('.live', { hasText: 'Live' }).waitFor();
    await studio.restart({
      ...allowing.providers,
      actions: [{ name: 'order', label: 'Place an order', run: () => Promise.resolve({ message: 'Placed' }) }],
    });
    await panel.getByRole('button', { name: 'Replay', exact: true }).waitFor();
    await panel.getByText('Read only').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Place an order' }).waitFor();
  });

  it('shows the diagnosis of the new one in place of its own', async () => {
    await using broker = await shopBroker([]);
    await using other = await shopBroker([]);
    broker.kafka.topic('orders').append(0, [{ value: 'v' }]);
    await using studio = await openStudio(broker.providers);
    const { page } = studio;
    await studio.open('/doctor');
    await page.getByRole('textbox', { name: 'Topics' }).fill('orders');
    await page.getByRole('button', { name: 'Examine' }).click();
    const last = page.getByText(/of 1 topic with findings/);
    await last.waitFor();
    await page.locator('.live', { hasText: 'Live' }).waitFor();
    await studio.restart(other.providers);
    await last.waitFor({ state: 'detached' });
  });

  it('knows a broker when the new one does', async () => {
    await using broker = await shopBroker([{ key: '1' }]);
    await using studio = await openStudio();
    const { page } = studio;
    await studio.open('/dead-letters');
    await page.getByText('This studio knows no broker').waitFor();
    await page.locator('.live', { hasText: 'Live' }).waitFor();
    await studio.restart(broker.providers);
    await page.getByRole('link', { name: deadLetterTopic }).waitFor();
  });
});
