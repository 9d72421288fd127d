import { expect } from 'chai';
import { errorCodes } from '../../src/core/error-codes.ts';
import { EmbeddedKafka } from '../../src/index.ts';
import { handlers } from '../../src/server/handlers/handlers.ts';
import { apiOf, type ApiName, type RequestToEncode } from '../../src/wire/apis/apis.ts';
import { ask } from '../support/ask.ts';
import { sampleMessage } from '../wire/samples.ts';

/** All error codes in a response, at any depth. */
function errorsIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    name === 'errorCode' || name === 'partitionErrorCode' ? [inner] : errorsIn(inner),
  );
}

/** Fields that would cause an error of their own. */
const inOrder: { readonly [A in ApiName]?: Partial<RequestToEncode<A>> } = { Produce: { acks: -1 }, Fetch: { sessionId: 0 } };

describe('an error fault', () => {
  let kafka: EmbeddedKafka;
  beforeEach(async () => {
    kafka = await EmbeddedKafka.start();
  });
  afterEach(() => kafka.stop());

  for (const api of Object.keys(handlers) as ApiName[]) {
    const { min, max } = apiOf(api).versions;
    for (const version of new Set([min, max])) {
      for (const applied of [false, true]) {
        it(`sets the error in the response to ${api} version ${version}${applied ? ' after the request is processed' : ''}`, async () => {
          kafka.fault({ api }, { error: 'POLICY_VIOLATION', applied });
          const body = { ...sampleMessage(apiOf(api).request, version, 'full'), ...inOrder[api] } as RequestToEncode<ApiName>;
          const answer = await ask(kafka.brokers[0] ?? '', api, version, body);
          const errors = errorsIn(answer).filter((error) => error !== errorCodes.NONE);
          expect(errors).to.not.have.length(0);
          expect(new Set(errors)).to.deep.equal(new Set([errorCodes.POLICY_VIOLATION]));
          kafka.assertNoPendingFaults();
        });
      }
    }
  }
});
