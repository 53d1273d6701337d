import { createHash } from 'node:crypto';

/** Characters of the hash in a name: 96 bits of SHA-256, so that names stay within the 80 characters of SQS. */
const HASH_LENGTH = 24;

/** Any reply queue of this deployment, without its prefix; nothing else is ever answered to. */
const REPLY_QUEUE = /^reply_[A-Za-z0-9_-]{1,60}$/;

/** A reply queue under the hash of a principal. */
const OF_A_PRINCIPAL = /^reply_[0-9a-f]{24}_/;

/**
 * What the names of a principal's reply queues begin with, without the deployment's prefix: `reply_<hash>_`. Behind it
 * each process writes a word of its own.
 *
 * @param principal as it is registered: `AROA…`, `AROA…:session` or `AIDA…`; `host:<host>`
 *   where senders say who they are
 */
export const replyPrefix = (principal: string): string =>
  `reply_${createHash('sha256').update(principal).digest('hex').slice(0, HASH_LENGTH)}_`;

/** Whether answers may go to a queue of this name at all. */
export const isReplyQueue = (queue: string): boolean => REPLY_QUEUE.test(queue);

/** Whether a queue belongs to the principal whose hash its name carries; API services have queues without one. */
export const belongsToOne = (queue: string): boolean => OF_A_PRINCIPAL.test(queue);
