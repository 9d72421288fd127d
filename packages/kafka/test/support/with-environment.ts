/** Runs `run` with these variables set, and puts the environment back. */
export async function withVariables<T>(variables: Readonly<Record<string, string>>, run: () => Promise<T> | T): Promise<T> {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    return await run();
  } finally {
    for (const name of Object.keys(variables)) {
      const value = before[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
