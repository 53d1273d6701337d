import { describe, expect, it } from 'vitest';
import { isTransient } from '#adapters/transient-errors';
import { ADAPTER_CALLS } from '../fixtures/deployed/adapter-calls.ts';
import { startFakeEndpoint } from '../fixtures/endpoints/fake-endpoint.ts';
import { rejected } from '../fixtures/rejected.ts';

const CONFIG = {
  endpoint: 'http://secret.internal:1',
  region: 'us-east-1',
  maxAttempts: 1,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

/** A connection that fails with this error. */
const failing = (failure: Error) => ({
  ...CONFIG,
  requestHandler: {
    handle: async () => {
      throw failure;
    },
  },
});

const coded = (code: string): Error =>
  Object.assign(new Error(`connect ${code} secret.internal:443`), { code, errno: -1 });

const CODES = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH'];

describe.each(ADAPTER_CALLS)('$title', ({ title, again, call }) => {
  it.each(CODES)('a connection that fails with %s is tried again like throttling', async (code) => {
    const error = await rejected(call(failing(coded(code))));

    expect(error).toMatchObject({ name: again, message: `${title} is not available for now: ${code}` });
  });

  it('both families of addresses refused, a socket hung up and a time-out are tried again', async () => {
    const refused = Object.assign(new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]), {});
    const hungUp = new Error('socket hang up');
    const late = Object.assign(new Error('http://secret.internal did not answer'), { name: 'TimeoutError' });

    const errors = await Promise.all([refused, hungUp, late].map((each) => rejected(call(failing(each)))));

    expect(errors).toMatchObject([
      { name: again, message: `${title} is not available for now: ECONNREFUSED` },
      { name: again, message: `${title} is not available for now: socket hang up` },
      { name: again, message: `${title} is not available for now: TimeoutError` },
    ]);
  });

  it('what the service throttles, and any answer of 500 and more, is tried again', async () => {
    const throttling = await startFakeEndpoint(() => ({ __type: 'ThrottlingException', message: 'Rate exceeded' }));
    const broken = await startFakeEndpoint(() => ({ __type: 'NobodyKnowsThisException' }), { errorStatus: 502 });

    const throttled = await rejected(call(throttling.config));
    const failed = await rejected(call(broken.config));

    await Promise.all([throttling.stop(), broken.stop()]);
    expect([throttled, failed]).toMatchObject([{ name: again }, { name: again }]);
  });

  it('what no repetition mends stays as it is', async () => {
    const error = await rejected(call(failing(Object.assign(new Error('no'), { name: 'AccessDeniedException' }))));

    expect(error).toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('isTransient', () => {
  it.each([
    'BandwidthLimitExceeded',
    'DependencyTimeoutException',
    'ExecutionLimitExceeded',
    'InternalError',
    'InternalException',
    'InternalFailure',
    'InternalServerError',
    'KMSInternalException',
    'KeyUnavailableException',
    'KmsThrottled',
    'KmsThrottlingException',
    'LimitExceededException',
    'OverLimit',
    'ProvisionedThroughputExceededException',
    'RequestLimitExceeded',
    'RequestThrottled',
    'RequestTimeout',
    'ServiceException',
    'ServiceUnavailable',
    'SlowDown',
    'ThrottlingException',
    'TooManyRequestsException',
  ])('%s of any service is tried again', (name) => {
    const error = Object.assign(new Error('x'), { name });

    expect(isTransient(error)).toBe(true);
  });

  it.each(['EADDRNOTAVAIL', 'EBUSY', 'EMFILE', 'ENFILE', 'EPROTO'])(
    'a connection for which we had nothing left (%s) is tried again',
    (code) => {
      expect(isTransient(coded(code))).toBe(true);
    },
  );

  it('an answer of 429 without a name, and a signature that was late because we were frozen, are tried again', () => {
    const many = Object.assign(new Error('x'), { name: 'OddException', $metadata: { httpStatusCode: 429 } });
    const late = Object.assign(new Error('Signature expired: 20261129T1 is now earlier than 20261129T2'), {
      name: 'InvalidSignatureException',
    });
    const wrong = Object.assign(new Error('The signature does not match'), { name: 'InvalidSignatureException' });

    expect([many, late, wrong].map(isTransient)).toEqual([true, true, false]);
  });

  it('what the SDK marks as worth a retry is tried again, and an error that only looks alike is not', () => {
    const marked = Object.assign(new Error('x'), { name: 'OddException', $retryable: {} });
    const unmarked = Object.assign(new Error('x'), { name: 'OddException', $metadata: { httpStatusCode: 400 } });

    expect([marked, unmarked, new TypeError('x'), 'ThrottlingException', undefined].map(isTransient)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it('a cause that leads back to itself ends', () => {
    const error = new Error('x');
    error.cause = error;

    expect(isTransient(error)).toBe(false);
  });
});
