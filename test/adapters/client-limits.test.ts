import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FUNCTION_LIMITS, limited } from '#adapters/client-limits';
import { ADAPTER_CALLS } from '../fixtures/deployed/adapter-calls.ts';
import { rejected } from '../fixtures/rejected.ts';
import { startSilentEndpoint, type SilentEndpoint } from '../fixtures/endpoints/silent-endpoint.ts';

const SHORT = { connectionMs: 100, requestMs: 100, attempts: 2 };

describe('a service that accepts connections and never answers', () => {
  let silent: SilentEndpoint;
  beforeAll(async () => {
    silent = await startSilentEndpoint();
  });
  afterAll(() => silent.stop());

  it.each(ADAPTER_CALLS)(
    'costs $title its attempts and no more, and is tried again like throttling',
    async ({ title, again, call }) => {
      const [connections, from] = [silent.connections(), performance.now()];

      const error = await rejected(call(silent.config, SHORT));

      expect(error).toMatchObject({
        name: again,
        message: expect.stringMatching(`^${title} is not available for now`),
      });
      expect(silent.connections() - connections).toBe(SHORT.attempts);
      expect(performance.now() - from).toBeLessThan(3000);
    },
    5000,
  );
});

describe('limits of the deployed functions', () => {
  it('an answer that never comes is an error, by default too', () => {
    expect(limited()).toEqual({
      maxAttempts: FUNCTION_LIMITS.attempts,
      requestHandler: {
        connectionTimeout: FUNCTION_LIMITS.connectionMs,
        requestTimeout: FUNCTION_LIMITS.requestMs,
        socketTimeout: FUNCTION_LIMITS.requestMs,
        throwOnRequestTimeout: true,
      },
    });
  });
});
