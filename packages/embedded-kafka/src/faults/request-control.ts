import { Faults } from './faults.ts';
import { Interceptors } from './interceptors.ts';
import { RequestRecorder } from './request-recorder.ts';

/** What tests hold in their hands of the requests that come in. */
export class RequestControl {
  readonly faults: Faults = new Faults();
  readonly interceptors: Interceptors = new Interceptors();
  readonly recorder: RequestRecorder = new RequestRecorder();
}
