import type { RequestContext } from '#ports/context';
import { absent, equals } from '#ports/conditions';
import type { Json, JsonMap, WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import { TransactionRefused, type Action, type Item } from '#ports/tables';
import { reservationOf, type Reservation } from './quota-usage.ts';
import { documentKey, REQUESTS, serverDocumentKey } from './keys.ts';
import type { OperationDocument } from './operation-document.ts';
import { objectsOf, textOf } from './reading.ts';

/** What all servers of a request share. It holds secrets, so it is stored sealed only. */
export interface CommonDocument {
  context: RequestContext;
  image: Json;
  admin_password: string | null;
  injected_files: Json;
  requested_networks: Json;
  /** BlockDeviceMappingList, the template for every server. */
  block_device_mapping: Json;
  tags: Json;
}

/** What one server of a request has for itself. */
export interface ServerDocument {
  request_spec: WireObject;
  /** First builds: as the API made it. */
  build_request: WireObject | null;
  /** Reschedules that no execution owns: what the compute sent. */
  reschedule: JsonMap | null;
}

/** A server of a request as it is read back. */
export interface RequestedServer {
  readonly uuid: string;
  readonly document: ServerDocument;
  /** The Selections chosen for it: the host first, then alternates; absent before scheduling. */
  readonly selections: WireObject[] | undefined;
}

/** A request as it is stored before its workflow starts. */
export interface NewRequest {
  readonly key: string;
  readonly method: string;
  readonly requestId: string;
  /** Digest of the message's arguments: tells a repeat from another request of the same name. */
  readonly digest: string;
  readonly common: CommonDocument;
  readonly servers: readonly { readonly uuid: string; readonly document: ServerDocument | OperationDocument }[];
}

type Store = Pick<Services, 'tables' | 'sealer' | 'clock' | 'config'>;

/** A transaction takes 100 actions; each server may bring records of its own along. */
const SERVERS_PER_TRANSACTION = 20;

/**
 * Stores a request, each part in one transaction with the records that come with it (condition: the part is absent), so
 * that a second delivery changes nothing and never brings a deleted build request back.
 *
 * Answers false when a different request lies there under the same key.
 */
export async function storeRequest(
  services: Store,
  request: NewRequest,
  recordsOf: (uuid: string) => readonly Action[],
): Promise<boolean> {
  const { key, servers } = request;
  const expiresAt = Math.floor(services.clock.now() / 1000) + services.config.requestDays * 86_400;
  const common: Item = {
    ...documentKey(key),
    method: request.method,
    request_id: request.requestId,
    digest: request.digest,
    sealed: await services.sealer.seal(JSON.stringify(request.common), key),
    expires_at: expiresAt,
  };
  for (let from = 0; from === 0 || from < servers.length; from += SERVERS_PER_TRANSACTION) {
    const part = servers.slice(from, from + SERVERS_PER_TRANSACTION);
    const items = await Promise.all(
      part.map(
        async ({ uuid, document }): Promise<Action[]> => [
          {
            kind: 'put',
            table: REQUESTS,
            condition: absent,
            item: {
              ...serverDocumentKey(key, uuid),
              sealed: await services.sealer.seal(JSON.stringify(document), `${key}/${uuid}`),
              expires_at: expiresAt,
            },
          },
          ...recordsOf(uuid),
        ],
      ),
    );
    const document: Action[] = from === 0 ? [{ kind: 'put', table: REQUESTS, item: common, condition: absent }] : [];
    if (!(await putOnce(services, [...document, ...items.flat()], request))) return false;
  }
  return true;
}

async function putOnce(services: Store, actions: Action[], request: NewRequest): Promise<boolean> {
  try {
    await services.tables.transact(actions);
    return true;
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    const stored = await services.tables.get(REQUESTS, documentKey(request.key));
    return stored?.['digest'] === request.digest;
  }
}

/** Reads the shared document and the servers named, in one request for up to 99 of them. */
export async function readRequest(
  services: Store,
  key: string,
  uuids: readonly string[],
): Promise<{
  common: CommonDocument | undefined;
  servers: (RequestedServer | undefined)[];
  /** What the request holds of its project's quota. */
  reservation: Reservation | undefined;
}> {
  const [document, ...servers] = await services.tables.batchGet([
    { table: REQUESTS, key: documentKey(key) },
    ...uuids.map((uuid) => ({ table: REQUESTS, key: serverDocumentKey(key, uuid) })),
  ]);
  return {
    common: document && (await openCommon(services, key, document)),
    reservation: reservationOf(document),
    servers: await Promise.all(
      servers.map(async (item, at) => {
        const uuid = uuids[at] ?? '';
        return item && { uuid, ...(await openServer(services, key, uuid, item)) };
      }),
    ),
  };
}

async function openCommon(services: Store, key: string, item: Item): Promise<CommonDocument> {
  const document: CommonDocument = JSON.parse(await services.sealer.open(textOf(item['sealed']) ?? '', key));
  return document;
}

async function openServer(services: Store, key: string, uuid: string, item: Item) {
  const sealed = textOf(item['sealed']) ?? '';
  const document: ServerDocument = JSON.parse(await services.sealer.open(sealed, `${key}/${uuid}`));
  return { document, selections: item['selections'] === undefined ? undefined : objectsOf(item['selections']) };
}

/** The write that notes what the scheduler chose for a server. */
export const noteSelections = (key: string, uuid: string, selections: WireObject[]): Action => ({
  kind: 'update',
  table: REQUESTS,
  key: serverDocumentKey(key, uuid),
  update: { set: { selections } },
  condition: equals('pk', documentKey(key).pk),
});
