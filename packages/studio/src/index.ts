export { startStudio, type Studio, type StudioOptions } from './start-studio.ts';
export { StudioError, type StudioErrorCode } from './studio-error.ts';
