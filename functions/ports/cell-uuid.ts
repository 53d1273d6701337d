import { createHash } from 'node:crypto';

/** Namespace of the uuids of cells. */
const NAMESPACE = 'b5b0c9a2-6d0e-4c5e-9f0b-3a3c1c0f7d11';

/**
 * The uuid of a cell's mapping, computed from its full name.
 *
 * The cell's functions are given it at deployment, before the mapping is created with the same uuid.
 *
 * @param name - with the deployment's prefix, for instance `nova-conductor-cell-cell1`
 */
export const cellUuid = (name: string): string => uuidOfName(NAMESPACE, name);

/** The uuid of version 5 of a name in a namespace (RFC 9562). */
export function uuidOfName(namespace: string, name: string): string {
  const bytes = Buffer.from(namespace.replaceAll('-', ''), 'hex');
  const hash = createHash('sha1').update(bytes).update(name).digest().subarray(0, 16);
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5');
}
