import { replaceMethod } from '../port/registration.ts';

/** Whether a stream is about to call its consumer. */
let isCommitting = false;

/** The messages that were written to a producer's streams, which send them later, of several callers at once. */
const streamed = new WeakSet<object>();

/** Of a stream's method that commits, for the application and by itself. The library keeps the symbol for itself. */
const commitsOfStreams = 'plt.kafka.messagesStream.autocommit';

/**
 * Watches the streams of one copy of the library. They call methods of the client that made them, whose class has ours in their place: a commit
 * of several messages would have a span below one of them, and records of several callers the context of one.
 */
export function watchStreams(library: Readonly<Record<string, unknown>>): void {
  const [messages, sends] = [prototypeOf(library['MessagesStream']), prototypeOf(library['ProducerStream'])];
  const commit = Object.getOwnPropertySymbols(messages ?? {}).find(({ description }) => description === commitsOfStreams);
  if (messages !== undefined && commit !== undefined)
    replaceMethod(
      messages,
      commit,
      (original) =>
        function committing(...args) {
          isCommitting = true;
          try {
            return original.apply(this, args);
          } finally {
            isCommitting = false;
          }
        },
    );
  if (sends === undefined) return;
  replaceMethod(
    sends,
    '_write',
    (original) =>
      function write(...args) {
        remember(args[0]);
        return original.apply(this, args);
      },
  );
  replaceMethod(
    sends,
    '_writev',
    (original) =>
      function write(...args) {
        for (const { chunk } of args[0] as readonly { readonly chunk: unknown }[]) remember(chunk);
        return original.apply(this, args);
      },
  );
}

/** Whether the library itself calls a method of a client with these arguments. Asked once for each call. */
export function isOwnCall(name: string, [options, callback]: readonly unknown[]): boolean {
  if (name === 'commit') {
    const isOwn = isCommitting;
    // The stream's call comes first; what else its method runs is the application's.
    isCommitting = false;
    return isOwn;
  }
  if (name !== 'send' || typeof options !== 'object' || options === null || typeof callback !== 'function') return false;
  // By a symbol a transaction tells its producer who it is. It is traced itself.
  if (Object.getOwnPropertySymbols(options).length > 0) return true;
  const { messages } = options as { readonly messages?: unknown };
  return Array.isArray(messages) && messages.length > 0 && messages.every((message) => streamed.has(message as object));
}

function remember(message: unknown): void {
  if (typeof message === 'object' && message !== null) streamed.add(message);
}

function prototypeOf(constructor: unknown): object | undefined {
  return typeof constructor === 'function' ? (constructor.prototype as object) : undefined;
}
