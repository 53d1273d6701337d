import { RequestDocumentNotFound } from '#errors';
import { exists } from '#ports/conditions';
import type { RequestContext } from '#ports/context';
import type { JsonMap, WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import { documentKey, REQUESTS } from '#records/keys';
import { requestDocumentItem } from '#records/items/request-document';

/** What an operation on a server that exists came with: its method's arguments by name. It is stored sealed only. */
export interface OperationDocument {
  context: RequestContext;
  arguments: JsonMap;
}

/** What steps note beside it; none of it is a secret. */
interface Notes {
  /** Metadata of the image that was found for the server. */
  readonly image?: JsonMap | null;
  /** The request spec as the scheduler was asked with it. */
  readonly spec?: WireObject;
  /** What the server needs beyond its flavor, as fields of its spec. */
  readonly needs?: JsonMap;
  /** How the server's ports are bound on the destination of its live migration, by port id. */
  readonly bindings?: JsonMap;
  /** The PCI requests of a server as its destination meets them. */
  readonly pci_requests?: JsonMap[string];
  /** The Selections chosen for the server: the host first, then alternates. */
  readonly selections?: WireObject[];
}

/** An operation's document as it is read back. */
export interface StoredOperation extends OperationDocument {
  readonly image: JsonMap | null;
  readonly spec: WireObject | null;
  /** Null before it was asked for. */
  readonly needs: JsonMap | null;
  /** Empty before the ports are bound. */
  readonly bindings: JsonMap;
  /** Null where the destination meets them as any other. */
  readonly pci_requests: WireObject | null;
  /** Empty before scheduling. */
  readonly selections: readonly JsonMap[];
  /** oslo's failure text of the step that failed last. */
  readonly failure: string | undefined;
}

/**
 * Reads the document of an operation.
 *
 * @throws RequestDocumentNotFound when it has expired
 */
export async function readOperation(
  services: Pick<Services, 'tables' | 'sealer'>,
  key: string,
): Promise<StoredOperation> {
  const item = await services.tables.get(REQUESTS, documentKey(key));
  if (item === undefined) throw new RequestDocumentNotFound(key);
  const { sealed, failure, ...noted } = requestDocumentItem(item);
  const document: OperationDocument = JSON.parse(await services.sealer.open(sealed, key));
  const { image, spec, needs, bindings, pci_requests, selections } = noted;
  return { ...document, image, spec, needs, bindings, pci_requests, selections, failure };
}

/** Notes beside an operation's document what a later step needs. */
export async function noteOnOperation(services: Pick<Services, 'tables'>, key: string, notes: Notes): Promise<void> {
  await services.tables.update(REQUESTS, documentKey(key), { set: { ...notes } }, exists);
}
