/** Seconds for which a received message of a conductor queue stays hidden; what fails comes again after them. */
export const CONDUCTOR_VISIBILITY_SECONDS = 30;

/** Seconds for which a queue uses one data key of its KMS key, the longest that SQS takes: fewer requests to KMS, each billed. */
export const DATA_KEY_SECONDS = 3600;
