import { BrokenCircuitError, circuitBreaker, ConsecutiveBreaker, handleType } from 'cockatiel';
import { ServiceNotReached } from '#errors';

/** Calls in a row without an answer after which a service is left alone for a while. */
const IN_A_ROW = 5;

/** How long it is left alone. */
const OPEN_MS = 10_000;

/** Runs calls to one service; while it is away they fail at once, without one more wait for its time-out. */
export interface Circuit {
  /** @throws ServiceNotReached what the call throws, or at once what the last one threw */
  run<T>(call: () => Promise<T>): Promise<T>;
}

/**
 * A circuit of one service in this process; cockatiel reads the machine's own clock.
 *
 * @param notReached the error for a call that is not made
 */
export function serviceCircuit(notReached = ServiceNotReached): Circuit {
  const policy = circuitBreaker(handleType(ServiceNotReached), {
    halfOpenAfter: OPEN_MS,
    breaker: new ConsecutiveBreaker(IN_A_ROW),
  });
  let last: ServiceNotReached | undefined;
  return {
    async run(call) {
      try {
        return await policy.execute(call);
      } catch (error) {
        if (error instanceof ServiceNotReached) last = error;
        if (!(error instanceof BrokenCircuitError) || last === undefined) throw error;
        const { service, url, remedy } = last.trouble;
        const trouble = `is left alone for ${OPEN_MS / 1000} s: ${IN_A_ROW} calls in a row had no answer`;
        throw new notReached({ service, url, trouble, remedy });
      }
    },
  };
}
