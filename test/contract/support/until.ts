const deadline = 15_000;

/**
 * Asks the broker again and again until `holds`. What it does a moment after its answer, such as writing the markers of a
 * transaction or spreading a topic's metadata, is no event that a client could wait for.
 *
 * @throws Error after 15 s
 */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + deadline;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`It did not come to hold within ${deadline} ms: ${holds.toString()}`);
  }
}

/** Whether a request was answered without an error: what to wait for when a broker must first get ready for it. */
export async function answered(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch {
    return false;
  }
}
