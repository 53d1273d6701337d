/** Names of a queue that is not there: the service's, and the one of its older protocol. */
const MISSING: ReadonlySet<string> = new Set(['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue']);

/** Whether an error of SQS says that there is no such queue. */
export const isMissingQueue = (error: unknown): boolean => error instanceof Error && MISSING.has(error.name);
