import engine from './engine.cjs';

await engine((name) => import(name));
