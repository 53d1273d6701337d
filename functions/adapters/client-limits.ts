/** How long a client of AWS waits for an answer, and how often it asks. */
export interface ClientLimits {
  /** Milliseconds until a connection must stand. */
  readonly connectionMs: number;
  /** Milliseconds until an answer must have begun, sending included, and that a connection may be silent afterwards. */
  readonly requestMs: number;
  /** Requests in all, the first included. */
  readonly attempts: number;
}

/**
 * Limits of the deployed functions: all attempts of a call end within two thirds of the shortest time-out of a
 * function, so that the function can still say what happened.
 */
export const FUNCTION_LIMITS: ClientLimits = { connectionMs: 1000, requestMs: 2000, attempts: 3 };

/** Limits for people and publishers, whose lines are longer: above the 20 seconds of a long poll. */
export const OUTSIDE_LIMITS: ClientLimits = { connectionMs: 3000, requestMs: 30_000, attempts: 3 };

/** The part of a client's configuration that limits it. */
export const limited = ({ connectionMs, requestMs, attempts }: ClientLimits = FUNCTION_LIMITS) => ({
  maxAttempts: attempts,
  requestHandler: {
    connectionTimeout: connectionMs,
    requestTimeout: requestMs,
    socketTimeout: requestMs,
    throwOnRequestTimeout: true,
  },
});
