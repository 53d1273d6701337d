import { createHash } from 'node:crypto';

/** SQS takes 80 characters; this leaves room for the deployment's prefix, the cell and the words between. */
const LONGEST_HOST = 40;

/** The conductor queue of a cell, without the deployment's prefix. */
export const cellQueue = (cell: string): string => `cell-${cell}-conductor`;

/**
 * The queue of one compute host, without the deployment's prefix: `cell-<cell>-host-<host>`.
 *
 * Characters that SQS does not take are written `_<hex of their UTF-8 bytes>`, the underscore among them, and names
 * that get too long end in a digest, so two hosts never share a queue.
 */
export function hostQueue(cell: string, host: string): string {
  // a cell called `a-host-b` must not have the queues of cell `a`
  const cellPart = encode(cell).replaceAll('-host', '_2dhost');
  return `cell-${cellPart}-host-${shorten(encode(host), host)}`;
}

const encode = (name: string): string =>
  name.replaceAll(/[^A-Za-z0-9-]/gu, (character) => `_${Buffer.from(character).toString('hex')}`);

function shorten(encoded: string, name: string): string {
  if (encoded.length <= LONGEST_HOST) return encoded;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 16);
  // no encoded name has two underscores in a row, so none ends like this
  return `${encoded.slice(0, LONGEST_HOST - digest.length - 2)}__${digest}`;
}
