import { Environment, EnvironmentError, logLevels } from '@tracelink-demo/kit';
import { expect } from 'chai';

describe('Environment', () => {
  it('reads texts, ports, addresses and words, and takes fallbacks for what is absent or empty', () => {
    const environment = new Environment({ URL: ' postgres://db ', PORT: '8080', BROKERS: 'a:1, b:2,', LEVEL: 'warn', EMPTY: '' });
    expect(environment.text('URL')).to.equal('postgres://db');
    expect(environment.text('EMPTY', 'fallback')).to.equal('fallback');
    expect(environment.port('PORT', 1)).to.equal(8080);
    expect(environment.port('OTHER_PORT', 3000)).to.equal(3000);
    expect(environment.addresses('BROKERS')).to.deep.equal(['a:1', 'b:2']);
    expect(environment.oneOf('LEVEL', logLevels, 'info')).to.equal('warn');
    expect(() => environment.check()).not.to.throw();
  });

  it('names every mistake at once', () => {
    const environment = new Environment({ PORT: '70000', OTHER: 'x', BROKERS: 'a', COMMA: ',', LEVEL: 'loud' });
    environment.text('URL');
    environment.port('PORT', 1);
    environment.port('OTHER', 1);
    environment.addresses('BROKERS');
    environment.addresses('COMMA');
    environment.oneOf('LEVEL', ['info', 'warn'], 'info');
    expect(() => environment.check())
      .to.throw(EnvironmentError)
      .with.property('problems')
      .that.deep.equals([
        'URL is missing',
        'PORT must be a port from 0 to 65535, not "70000"',
        'OTHER must be a port from 0 to 65535, not "x"',
        'BROKERS must hold host:port, not "a"',
        'COMMA names no address',
        'LEVEL must be one of info, warn, not "loud"',
      ]);
  });
});
