// For --import: as where the copy of import-in-the-middle that instrumentation asks knows only hooks in a thread of their own.
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier === 'import-in-the-middle/register-hooks.mjs') throw new Error(`Cannot find module '${specifier}'`);
    return nextResolve(specifier, context);
  },
});
