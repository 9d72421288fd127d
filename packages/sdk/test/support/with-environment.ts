/** Runs `run` with these variables set, or unset where `undefined`, and puts the environment back. */
export async function withEnvironment<T>(variables: Record<string, string | undefined>, run: () => Promise<T> | T): Promise<T> {
  const before = { ...process.env };
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  try {
    return await run();
  } finally {
    process.env = before;
  }
}
