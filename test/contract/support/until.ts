const deadline = 15_000;

/**
 * Polls the broker until `holds` resolves with true. What a broker does after its response, such as writing the markers of
 * a transaction or spreading a topic's metadata, is no event that a client could wait for.
 *
 * @throws Error after 15 s
 */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + deadline;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`It did not come to hold within ${deadline} ms: ${holds.toString()}`);
  }
}

/** Whether a request succeeds: what to wait for while a broker is not ready for it. */
export async function answered(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch {
    return false;
  }
}
