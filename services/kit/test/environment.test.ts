import { Environment, EnvironmentError, logLevels } from '@tracelink-demo/kit';
import { expect } from 'chai';

describe('Environment', () => {
  it('reads texts, ports, addresses and words, and uses fallbacks for absent or empty variables', () => {
    const environment = new Environment({
      URL: ' postgres://db ',
      PORT: '8080',
      BROKERS: 'a:1, b:2,',
      LEVEL: 'warn',
      EMPTY: '',
      WAIT: '250',
    });
    expect(environment.text('URL')).to.equal('postgres://db');
    expect(environment.text('EMPTY', 'fallback')).to.equal('fallback');
    expect(environment.port('PORT', 1)).to.equal(8080);
    expect(environment.port('OTHER_PORT', 3000)).to.equal(3000);
    expect(environment.addresses('BROKERS')).to.deep.equal(['a:1', 'b:2']);
    expect(environment.wholeNumber('WAIT', 1, 0)).to.equal(250);
    expect(environment.wholeNumber('OTHER_WAIT', 9, 0)).to.equal(9);
    expect(environment.oneOf('LEVEL', logLevels, 'info')).to.equal('warn');
    expect(() => environment.check()).not.to.throw();
  });

  it('names every error at once', () => {
    const environment = new Environment({
      PORT: '70000',
      OTHER: 'x',
      BROKERS: 'a',
      COMMA: ',',
      LEVEL: 'loud',
      NONE: '0',
      LONG: '2147483648',
      HALF: '1.5',
    });
    environment.text('URL');
    environment.port('PORT', 1);
    environment.port('OTHER', 1);
    environment.addresses('BROKERS');
    environment.addresses('COMMA');
    for (const name of ['NONE', 'LONG', 'HALF']) environment.wholeNumber(name, 1, 1);
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
        'NONE must be a whole number from 1, not "0"',
        'LONG must be a whole number from 1, not "2147483648"',
        'HALF must be a whole number from 1, not "1.5"',
        'LEVEL must be one of info, warn, not "loud"',
      ]);
  });
});
