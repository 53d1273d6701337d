/** Seconds for which a received message of a conductor queue stays hidden; what fails comes again after them. */
export const CONDUCTOR_VISIBILITY_SECONDS = 30;

/** Seconds for which a call that has failed is hidden at most before it comes again. */
export const CALL_HIDDEN_SECONDS = 40;

/** Seconds for which a message of a conductor queue is hidden at most, whichever way its function failed. */
export const CONDUCTOR_HIDDEN_SECONDS = Math.max(CONDUCTOR_VISIBILITY_SECONDS, CALL_HIDDEN_SECONDS);

/**
 * Seconds for which a queue uses one data key of its KMS key, the longest that SQS takes:
 * fewer requests to KMS, each billed.
 */
export const DATA_KEY_SECONDS = 3600;
