// Builds the packages: `npm run build`. Which entry points there are, their package.json says.
import { bundle } from './bundle.ts';
import { readPackages } from './manifest.ts';

await Promise.all(readPackages().map((one) => bundle(one)));
