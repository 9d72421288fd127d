/**
 * What a program may throw and no one can look at without harm, by what is wrong with it. Each is made anew, so that its identity can
 * be compared.
 */
export const hostileValues: Readonly<Record<string, () => unknown>> = {
  'a proxy whose traps throw': () => new Proxy(new Error('behind a proxy'), throwingTraps),
  'a proxy of a function whose traps throw': () => new Proxy(() => {}, throwingTraps),
  'a proxy whose traps throw the proxy': () => {
    const self: unknown = new Proxy(
      {},
      {
        get: () => raise(self),
        getPrototypeOf: () => raise(self),
        has: () => raise(self),
      },
    );
    return self;
  },
  'a revoked proxy': () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  'an error whose members throw': () => withGetters(new Error('unreadable'), 'name', 'message', 'stack', 'cause', 'code', 'type'),
  'an error whose code throws': () => withGetters(new Error('readable'), 'code'),
  'an error whose code has no text form': () => Object.assign(new Error('readable'), { code: Object.create(null) as unknown }),
  'an error whose name and message are symbols': () => Object.assign(new Error(), { name: Symbol('name'), message: Symbol('message') }),
  'an error whose message has no text form': () => Object.assign(new Error(), { message: Object.create(null) as unknown }),
  'an error that is its own cause': () => {
    const error = Object.assign(new Error('round and round'), { name: 'KafkaJSNumberOfRetriesExceeded' });
    return Object.assign(error, { cause: error });
  },
  'an object without prototype': () => Object.create(null) as unknown,
  'an object whose text form throws': () => ({ toString: () => raise(new Error('no text')) }),
  'an object whose text form is an object': () => ({ toString: () => ({}), valueOf: () => ({}) }),
  'an object whose class throws': () => withGetters({}, Symbol.toStringTag, Symbol.toPrimitive, 'constructor'),
  'a thenable whose then throws when it is read': () => withGetters({}, 'then'),
  'an error with a frozen, endless chain of causes': () => Object.freeze(withGetters(new Error('frozen'), 'cause')),
  'a symbol': () => Symbol('thrown'),
  'a bigint': () => 1n,
  nothing: () => undefined,
  null: () => null,
};

const throwingTraps: ProxyHandler<object> = Object.fromEntries(
  Reflect.ownKeys(Reflect)
    .filter((name) => typeof name === 'string')
    .map((name) => [name, () => raise(new Error(`trap ${name}`))]),
);

function withGetters(target: object, ...names: readonly PropertyKey[]): object {
  for (const name of names) Object.defineProperty(target, name, { configurable: true, get: () => raise(new Error('getter')) });
  return target;
}

function raise(value: unknown): never {
  throw value;
}
