import { RequestDocumentNotFound } from '#errors';
import type { RequestContext } from '#ports/context';
import type { JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import { documentKey, REQUESTS, serverDocumentKey } from './keys.ts';
import { mapOf, plainText } from './reading.ts';
import type { CommonDocument } from './request-document.ts';

/** What a request on an existing server brings along: the arguments of its method, as they came. */
export interface OperationDocument {
  readonly arguments: JsonMap;
}

/** The shared part of such a request: its context, and nothing that only builds have. */
export const operationCommon = (context: RequestContext): CommonDocument => ({
  context,
  image: null,
  admin_password: null,
  injected_files: [],
  requested_networks: null,
  block_device_mapping: null,
  tags: null,
});

/** A request on one server as it is read back. */
export interface RequestedOperation {
  readonly context: RequestContext;
  readonly args: JsonMap;
  /** The Selections chosen for it: the host first, then alternates; empty before scheduling. */
  readonly selections: readonly JsonMap[];
  /** oslo's failure text of the step that failed last. */
  readonly failure: string | undefined;
}

/**
 * Reads a request on one server, in one request to the table.
 *
 * @throws RequestDocumentNotFound when it has expired
 */
export async function readOperation(
  services: Pick<Services, 'tables' | 'sealer'>,
  request: string,
  uuid: string,
): Promise<RequestedOperation> {
  const [common, server] = await services.tables.batchGet([
    { table: REQUESTS, key: documentKey(request) },
    { table: REQUESTS, key: serverDocumentKey(request, uuid) },
  ]);
  if (common === undefined || server === undefined) throw new RequestDocumentNotFound(request);
  const { context }: CommonDocument = JSON.parse(await services.sealer.open(plainText(common['sealed']), request));
  const document: OperationDocument = JSON.parse(
    await services.sealer.open(plainText(server['sealed']), `${request}/${uuid}`),
  );
  const { selections } = server;
  return {
    context,
    args: document.arguments,
    selections: Array.isArray(selections) ? selections.map(mapOf) : [],
    failure: typeof common['failure'] === 'string' ? common['failure'] : undefined,
  };
}
