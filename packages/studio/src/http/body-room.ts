import { HttpError } from './http-error.ts';

/** The memory that the bodies of all requests have together, while they are received and read. */
export class BodyRoom {
  #left: number;

  /** @param bytes of all bodies, as sent and decompressed */
  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** A part of the room, for one request: empty at first, and given back whole when it is disposed. */
  share(): BodyShare {
    let taken = 0;
    return {
      take: (bytes) => {
        if (bytes > this.#left) throw new HttpError(503, 'Too many bodies are being received at the same time: send it again.');
        this.#left -= bytes;
        taken += bytes;
      },
      [Symbol.dispose]: () => {
        this.#left += taken;
        taken = 0;
      },
    };
  }
}

/** What one request has of a {@link BodyRoom}. */
export interface BodyShare extends Disposable {
  /** @throws {HttpError} 503 when there is not so much left */
  take(bytes: number): void;
}
