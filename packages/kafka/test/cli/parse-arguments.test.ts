import { expect } from 'chai';
import { UsageError } from '../../src/cli/argument-values.ts';
import { helpText } from '../../src/cli/help-text.ts';
import { commandOptions, parseArguments } from '../../src/cli/parse-arguments.ts';

const from = 'orders.dead-letter';
const now = Date.UTC(2026, 10, 29, 12);
const parse = (...args: string[]): Record<string, unknown> =>
  parseArguments(args, { KAFKA_BROKERS: 'localhost:9092' }, now) as unknown as Record<string, unknown>;

describe('the arguments of tracelink-kafka', () => {
  for (const command of [['dead-letters'], ['replay']])
    it(`select records in one way, for ${command.join(' ')}`, () => {
      const trace = 'a'.repeat(32);
      const options = {
        trace,
        origin: 'orders/0',
        since: '1h',
        until: '2026-11-30',
        error: 'no shelf',
        'error-class': 'StockError',
        key: '1',
      };
      const given = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
      const { filter } = parse(...command, '--from', from, ...given, '--record', '1/7', '--record', `${from}/0/3`);
      expect(filter)
        .to.have.property('data')
        .that.deep.equals({
          trace,
          origin: 'orders/0',
          since: now - 3_600_000,
          until: Date.UTC(2026, 10, 30),
          error: 'no shelf',
          errorClass: 'StockError',
          key: '1',
          records: ['0/3', '1/7'],
        });
    });

  it('have brokers with or without spaces between', () => {
    const { kafka } = parse('dead-letters', '--brokers', 'one:9092, two:9093 ') as { readonly kafka: { readonly brokers: unknown } };
    expect(kafka.brokers).to.deep.equal(['one:9092', 'two:9093']);
  });

  it('have the topic of a record stand for --from', () => {
    for (const command of [['dead-letters', 'show'], ['dead-letters'], ['replay']])
      expect(parse(...command, '--record', `${from}/0/7`)).to.include({ from });
  });

  for (const [args, message] of [
    [[], 'it takes a command: doctor, replay, dead-letters or studio'],
    [['rewind'], 'there is no command "rewind": use doctor, replay, dead-letters or studio'],
    [['docter', '--topic', 'orders'], 'there is no command "docter"'],
    [['--topic', 'orders'], 'it takes a command'],
    [['replay'], '--from is missing'],
    [['replay', '--from', from, '--limit', '0'], '--limit takes a whole number from 1, not "0"'],
    [['replay', '--from', from, '--brokers', 'here'], '--brokers takes host:port, with commas between, not "here"'],
    [['replay', '--from', from, '--brokers', 'here:65536'], '--brokers takes host:port, with commas between, not "here:65536"'],
    [['replay', '--from', from, '--brokers', 'he re:9092'], '--brokers takes host:port, with commas between, not "he re:9092"'],
    [['replay', '--from', from, '--trace', 'a', '--json', '--json', '--trace', 'b'], '--trace is given twice, and takes one value'],
    [['replay', '--from', from, '--since', '1h', '--until', '2h'], '"until" must be later than "since"'],
    [['dead-letters', '--from', from, '--dry-run'], "Unknown option '--dry-run'"],
    [['dead-letters', 'show', '--record', `${from}/0/7`, '--limit', '1'], "Unknown option '--limit'"],
    [['dead-letters', 'show', '--record', `${from}/0/7`, '--trace', 'a'], "Unknown option '--trace'"],
    [['toString', '--from', from], 'there is no command "toString"'],
    [['dead-letters', 'show', '--from', from], '--record is missing, once: orders.dead-letter/0/7'],
    [['replay', '--from', from, '--record', '0'], '--record takes records by their place in the dead-letter topic: orders.dead-letter/0/7'],
    [['replay', '--record', '0/7'], '--from is missing'],
    [['replay', '--from', 'other', '--record', `${from}/0/7`], `The filter names a record of "${from}", and "other" is read`],
    [['replay', '--from', from, '--trace', 'A'], '--trace takes a trace id of 32 hexadecimal digits, or of 16 as B3 has them, not "A"'],
    [['replay', '--from', from, '--origin', 'or ders'], '--origin takes where records came from: orders, orders/0 or orders/0/7'],
    [['replay', '--from', from, '--since', 'yesterday'], '--since takes a time such as 2026-11-29T08:00Z, or a duration such as'],
    [['dead-letters', '--from', from, '--client', 'java'], '--client takes kafkajs or platformatic or confluent, not "java"'],
    [['doctor', '--tempo', 'http://tempo', '--jaeger', 'http://jaeger'], '--jaeger, --studio and --tempo exclude each other'],
    [['doctor', '--tempo', 'http://tempo', '--studio', 'http://studio'], '--jaeger, --studio and --tempo exclude each other'],
    [['doctor', '--jaeger', 'http://jaeger', '--studio', 'http://studio'], '--jaeger, --studio and --tempo exclude each other'],
    [['doctor', '--jaeger', 'http://jaeger', '--tenant', 'shop'], '--tenant is for --tempo'],
    [['dead-letters', '--from', from, '--sasl', 'gssapi'], '--sasl takes plain, scram-sha-256, scram-sha-512, not "gssapi"'],
  ] as const)
    it(`are refused with what to write instead: ${args.join(' ')}`, () => {
      expect(() => parse(...args))
        .to.throw(UsageError)
        .with.property('message')
        .that.includes(message);
    });

  for (const [command, options] of Object.entries(commandOptions)) {
    const help = helpText(command);
    /** Options by their names, each with whether it takes a value, and its letter. */
    const named = [...help.matchAll(/^ {2}(?:-(\w), )?--([\w-]+)( <)?/gm)].map(
      ([, letter, name = '', value]) => [name, value === undefined ? 'boolean' : 'string', letter] as const,
    );

    it(`have a help of their own which names every option and no other, each once, for ${command}`, () => {
      expect(help).to.match(new RegExp(`^Usage: tracelink-kafka ${command} `));
      const parsed = Object.entries(options).map(([name, { type, short }]) => [name, type, short] as const);
      expect(named).to.have.deep.members(parsed);
    });

    it(`are taken where the help names them and refused where only another help does, for ${command}`, () => {
      const others = Object.values(commandOptions).flatMap((theirs) => Object.entries(theirs));
      const refused = new Set<string>();
      for (const [name, { type }] of others) {
        try {
          parse(...command.split(' '), `--${name}`, ...(type === 'string' ? ['1'] : []));
        } catch (error) {
          if ((error as Error).message === `Unknown option '--${name}'`) refused.add(name);
        }
      }
      const isNamed = new Set(named.map(([name]) => name));
      expect([...refused]).to.have.members([...new Set(others.map(([name]) => name))].filter((name) => !isNamed.has(name)));
    });
  }

  it('have the commands in the help of what is no command', () => {
    for (const command of ['', 'rewind', 'toString']) expect(helpText(command)).to.match(/^Usage: tracelink-kafka <command> /);
    const listed = [...helpText('').matchAll(/^ {2}([a-z-]+(?: [a-z]+)?) {2,}/gm)].map(([, name]) => name);
    expect(listed).to.have.members(Object.keys(commandOptions));
  });
});
