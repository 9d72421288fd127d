export type { ActionResult, StudioAction } from './api/action.ts';
export { startStudio, type Studio, type StudioOptions } from './start-studio.ts';
export type { StoreLimits } from './store/store-limits.ts';
export { StudioError, type StudioErrorCode } from './studio-error.ts';
