import { RequestTooLarge } from '#errors';
import type { OperationDocument } from './operation-document.ts';
import type { CommonDocument, InstanceDocument } from './request-document.ts';

/**
 * Bytes of JSON that one document may have: sealed it takes a third more, and an item of 400 KB also
 * holds what is noted on it later.
 */
const MOST_DOCUMENT_BYTES = 290_000;

/**
 * Servers of one request: 1,000 are usual, and at seven events each an execution of more would come near the
 * 25,000 that its history may have.
 */
const MOST_INSTANCES = 2500;

/**
 * Looks at a request before any of it is stored.
 *
 * @throws RequestTooLarge when it could never be stored whole
 */
export function checkSizes(
  common: CommonDocument | OperationDocument,
  instances: readonly { readonly uuid: string; readonly document: InstanceDocument | null }[],
): void {
  if (instances.length > MOST_INSTANCES) refuse(`${instances.length} servers`, MOST_INSTANCES);
  check('what all servers share (injected files, block devices, networks, image)', common);
  for (const { uuid, document } of instances) check(`what is sent for instance ${uuid}`, document);
}

type Document = CommonDocument | OperationDocument | InstanceDocument | null;

const bytesOf = (document: Document): number => Buffer.byteLength(JSON.stringify(document));

/** Whether a document can be stored whole. */
export const fitsDocument = (document: Document): boolean => bytesOf(document) <= MOST_DOCUMENT_BYTES;

function check(what: string, document: Document): void {
  const bytes = bytesOf(document);
  if (bytes > MOST_DOCUMENT_BYTES) refuse(`${what}: ${bytes} bytes`, MOST_DOCUMENT_BYTES);
}

function refuse(what: string, most: number): never {
  throw new RequestTooLarge(`${what} are more than the ${most} that can be kept`);
}
