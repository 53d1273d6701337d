/** Seconds for which a queue uses one data key of its KMS key, the longest that SQS takes: fewer requests to KMS, each billed. */
export const DATA_KEY_SECONDS = 3600;
