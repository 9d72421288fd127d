/**
 * Connects a client at the first call and waits for the same connection at each further one. A failed attempt is
 * forgotten, so that the next call tries again.
 */
export function connectOnce(client: { connect(): Promise<void> }): () => Promise<void> {
  let connected: Promise<void> | undefined;
  const connect = async (): Promise<void> => {
    try {
      await client.connect();
    } catch (error) {
      connected = undefined;
      throw error;
    }
  };
  return () => (connected ??= connect());
}
