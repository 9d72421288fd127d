import { expect } from 'chai';
import { traceId } from '../../support/otlp.ts';
import { deadLetterTopic, shopBroker } from '../support/shop-broker.ts';
import { openStudio } from '../support/studio-page.ts';

describe('the page of dead letters', () => {
  it('leads from the topics over a topic to a record', async () => {
    await using broker = await shopBroker([{ trace: 'order' }, { error: 'TypeError', message: 'Not a number\n  at parse', key: null }]);
    await using studio = await openStudio(broker.providers);
    const { page } = studio;
    await studio.open('/');
    await page.getByRole('link', { name: 'Dead letters' }).click();
    const topics = page.getByRole('region', { name: 'Dead-letter topics' });
    await topics.getByRole('row', { name: /orders\.packing\.dead-letter 2 29 Nov 2026, 08:00:00 .* packing tracelink/ }).waitFor();
    await topics.getByRole('row', { name: /payments-dlt empty/ }).waitFor();
    broker.kafka.topic('payments-dlt').append(0, [{ key: 'k', value: 'v' }]);
    await page.getByText(/^2 topics, as of /).waitFor();
    await page.getByRole('button', { name: 'Read again' }).click();
    await topics.getByRole('row', { name: /payments-dlt 1 / }).waitFor();
    await page.getByRole('link', { name: deadLetterTopic }).click();
    const records = page.getByRole('region', { name: 'Records, newest first' });
    await records.getByRole('row', { name: /^0\/1 .* none TypeError Not a number orders 3/ }).waitFor();
    expect(await records.getByRole('link', { name: traceId('order').slice(0, 8) }).getAttribute('href')).to.equal(
      `/traces/${traceId('order')}`,
    );
    await records.getByRole('link', { name: '0/0' }).click();
    await page.getByRole('heading', { name: 'Record 0/0' }).waitFor();
    expect(new URL(page.url()).pathname).to.equal(`/dead-letters/${deadLetterTopic}/0/0`);
    await page.getByText('orders/0/41').waitFor();
    await page.getByRole('region', { name: 'Value' }).getByText('"order": 7').waitFor();
    await page.goBack();
    await records.waitFor();
  });

  it('is gone through by the keyboard alone, to a record, its dry run and back', async () => {
    await using broker = await shopBroker([{ key: 'tea' }]);
    await using studio = await openStudio(broker.providers);
    const { page } = studio;
    await studio.open('/dead-letters');
    await page.getByRole('link', { name: deadLetterTopic }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: '0/0' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Dry run of this record' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText(/^would be replayed 1/).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: deadLetterTopic }).waitFor();
    await page.locator('a:focus', { hasText: '0/0' }).waitFor();
    await page.getByRole('searchbox', { name: 'Search keys and errors' }).focus();
    // There it empties the field.
    await page.keyboard.press('Escape');
    expect(new URL(page.url()).pathname).to.equal(`/dead-letters/${deadLetterTopic}`);
    await page.getByRole('link', { name: 'By error' }).focus();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Dead letters', exact: true }).waitFor();
    await page.locator('a:focus', { hasText: deadLetterTopic }).waitFor();
  });

  it('leads back from a record to the records as they were selected', async () => {
    await using broker = await shopBroker([{ error: 'TimeoutError' }, { error: 'TypeError' }]);
    await using studio = await openStudio(broker.providers);
    const { page } = studio;
    const records = page.getByRole('region', { name: 'Records, newest first' }).getByRole('link', { name: /^0\// });
    await studio.open(`/dead-letters/${deadLetterTopic}?errorClass=TypeError`);
    for (const back of [() => page.keyboard.press('Escape'), () => page.getByRole('link', { name: deadLetterTopic }).click()]) {
      await records.first().click();
      await page.getByRole('heading', { name: 'Record 0/1' }).waitFor();
      await back();
      await records.first().waitFor();
      expect(await records.count()).to.equal(1);
    }
  });

  it('shows bytes as text, as JSON or in digits, with the size of what is not shown', async () => {
    const headers = { binary: Buffer.from([0, 0, 0, 3]), nothing: null, mark: 'photo_\u202egpj.exe' };
    await using broker = await shopBroker([
      { key: Buffer.from([0, 255]), value: Buffer.alloc(300_000, 'ä'), headers },
      { value: Buffer.from(Array.from({ length: 20 }, (_, index) => index)) },
      { value: null, key: '' },
    ]);
    await using studio = await openStudio(broker.providers);
    const { page } = studio;
    await studio.open(`/dead-letters/${deadLetterTopic}/0/0`);
    await page.getByText('the first 262 kB of 300 kB').waitFor();
    await page.getByText('00 ff hexadecimal').waitFor();
    const header = (name: string) => page.locator('.letter-headers > div', { hasText: name }).locator('dd');
    expect((await header('binary').innerText()).trim()).to.equal('00 00 00 03 hexadecimal');
    expect((await header('nothing').innerText()).trim()).to.equal('null');
    expect((await header('mark').innerText()).trim()).to.equal(String.raw`photo_\u202egpj.exe`);
    await studio.open(`/dead-letters/${deadLetterTopic}/0/1`);
    await page.getByText(/^000010 {2}10 11 12 13$/m).waitFor();
    await page.getByText('hexadecimal, 20 B').waitFor();
    await studio.open(`/dead-letters/${deadLetterTopic}/0/2`);
    await page.getByText('empty', { exact: true }).waitFor();
    await page.getByText('null', { exact: true }).waitFor();
  });

  it('says what is not there, and that the broker is not', async () => {
    await using broker = await shopBroker([]);
    await using studio = await openStudio(broker.providers);
    const { page } = studio;
    await studio.open('/dead-letters/gone');
    await page.getByRole('alert').getByText('The topic "gone" does not exist').waitFor();
    await studio.open(`/dead-letters/${deadLetterTopic}`);
    await page.getByText('The topic is empty').waitFor();
    await studio.open(`/dead-letters/${deadLetterTopic}/0/5`);
    await page.getByRole('alert').getByText('There is no record 5').waitFor();
    await broker.kafka.stop();
    await studio.open('/dead-letters');
    await page
      .getByRole('alert')
      .getByText(/ECONNREFUSED/)
      .waitFor();
  });

  it('keeps what it read when the broker has gone, and shows it for no other selection', async () => {
    await using broker = await shopBroker([{ error: 'TimeoutError' }, { error: 'TypeError' }]);
    await using studio = await openStudio(broker.providers);
    const { page } = studio;
    await studio.open(`/dead-letters/${deadLetterTopic}`);
    const records = page.getByRole('region', { name: 'Records, newest first' });
    await records.waitFor();
    await broker.kafka.stop();
    await page.getByRole('button', { name: 'Read again' }).click();
    const alert = page.getByRole('alert').getByText(/ECONNREFUSED/);
    await alert.waitFor();
    await page.getByText(/^2 records, as of /).waitFor();
    await page.getByRole('link', { name: 'By error' }).click();
    await records.waitFor({ state: 'detached' });
    await alert.waitFor();
    await page.goBack();
    await records.waitFor();
  });

  it('is not there where the studio knows no broker', async () => {
    await using studio = await openStudio();
    await studio.open('/dead-letters');
    await studio.page.getByRole('alert').getByText('This studio knows no broker').waitFor();
    expect(await studio.page.getByRole('link', { name: 'Dead letters' }).count()).to.equal(0);
  });
});
