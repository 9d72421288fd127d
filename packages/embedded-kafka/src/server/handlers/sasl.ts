import { errorCodes } from '../../core/error-codes.ts';
import type { Handler } from './request-context.ts';

export const saslHandshake: Handler<'SaslHandshake'> = ({ mechanism }, { authentication, version, faultError }) => {
  const fault = faultError();
  if (fault !== 'NONE') {
    authentication.fail();
    return { errorCode: errorCodes[fault], mechanisms: [] };
  }
  const { error, mechanisms } = authentication.handshake(mechanism, version);
  return { errorCode: errorCodes[error], mechanisms: [...mechanisms] };
};

export const saslAuthenticate: Handler<'SaslAuthenticate'> = ({ authBytes }, { authentication, faultError }) => {
  const fault = faultError();
  if (fault !== 'NONE') {
    authentication.fail();
    return { errorCode: errorCodes[fault], authBytes: Buffer.alloc(0) };
  }
  const { error, errorMessage, authBytes: answer } = authentication.authenticate(authBytes);
  return { errorCode: errorCodes[error], errorMessage, authBytes: answer };
};
