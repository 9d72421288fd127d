import { expect } from 'chai';
import { lineAbout } from '../services/line-about.ts';
import { ServiceProcess } from '../services/service-process.ts';

describe('a line about what was done', () => {
  let service: ServiceProcess;
  beforeEach(() => {
    service = new ServiceProcess({
      name: 'lines',
      entry: 'demo/test/support/lines.ts',
      imports: [],
      env: {},
      onLine: () => {},
      onRestart: () => {},
    });
  });
  afterEach(() => service.stop());
  const aboutOf = (line: Readonly<Record<string, unknown>>): unknown => line['about'];

  it('is found before the answer, and behind it', async () => {
    await service.ready;
    for (const about of ['one', 'two'])
      expect(
        await lineAbout(
          service,
          'a line',
          aboutOf,
          async () => {
            // The line about it comes while this waits, or has to be waited for.
            if (about === 'one') await service.line('its line', (line) => line['about'] === about);
            return about;
          },
          (answer) => answer,
        ),
      ).to.equal(about);
  });

  it('is waited for until the service is stopped', async () => {
    await service.ready;
    const waits = lineAbout(
      service,
      'another line',
      aboutOf,
      async () => 'never',
      (answer) => answer,
    ).catch((error: unknown) => error);
    await service.line('a line', () => true);
    await service.stop();
    expect(String(await waits)).to.include('The lines service did not log in time: another line');
  });

  it('comes anew from a service that restarts with other variables', async () => {
    await service.ready;
    await service.restart({ LINES_END: 'yes' });
    expect(service.env).to.deep.equal({ LINES_END: 'yes' });
    expect(await service.line('the variable', ({ msg }) => msg === 'Line')).to.include({ end: 'yes' });
  });
});
