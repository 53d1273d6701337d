import type { RequestContext } from '#ports/context';
import { equals } from '#ports/conditions';
import type { Json, JsonMap, WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import type { Action, Item, Key, TableName, AttributesOf } from '#ports/tables';
import { reservationOf, type Reservation } from '#records/quota-usage';
import { documentKey, REQUESTS, instanceDocumentKey } from '#records/keys';
import { specWithGroup } from '#request-specs/group-hosts';
import { requestDocumentItem, instanceDocumentItem, type InstanceDocumentItem } from '#records/items/request-document';

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
export interface InstanceDocument {
  request_spec: WireObject;
  /** First builds: as the API made it. */
  build_request: WireObject | null;
  /** Servers of build_instances: what its message alone says, filter properties and security groups among it. */
  reschedule: JsonMap | null;
}

/** What is sealed of a request: what all share, and the documents of servers that have none of their own, by uuid. */
export interface SealedRequest extends CommonDocument {
  readonly documents?: Readonly<Record<string, InstanceDocument>>;
}

/** A server of a request as it is read back. */
export interface RequestedInstance {
  readonly uuid: string;
  readonly document: InstanceDocument;
  /** The Selections chosen for it: the host first, then alternates; absent before scheduling. */
  readonly selections: WireObject[] | undefined;
}

type Store = Pick<Services, 'tables' | 'sealer' | 'clock' | 'config'>;

/** Reads the shared document and the servers named, with other items besides, in one request for up to 99 of them. */
export async function readRequest(
  services: Store,
  key: string,
  uuids: readonly string[],
  others: readonly { readonly table: TableName; readonly key: Key }[] = [],
): Promise<{
  common: CommonDocument | undefined;
  instances: (RequestedInstance | undefined)[];
  /** What the request holds of its project's quota. */
  reservation: Reservation | undefined;
  others: (Item | undefined)[];
}> {
  const [document, ...items] = await services.tables.batchGet([
    { table: REQUESTS, key: documentKey(key) },
    ...uuids.map((uuid) => ({ table: REQUESTS, key: instanceDocumentKey(key, uuid) })),
    ...others,
  ]);
  const opened = document && (await openRequest(services, key, document));
  return {
    common: opened?.common,
    reservation: reservationOf(document),
    others: items.slice(uuids.length),
    instances: await Promise.all(
      items.slice(0, uuids.length).map(async (item, at) => {
        const uuid = uuids[at] ?? '';
        return item && { uuid, ...(await openInstanceDocument(services, key, uuid, item, opened?.documents[uuid])) };
      }),
    ),
  };
}

async function openRequest(services: Store, key: string, item: Item) {
  const sealed: SealedRequest = JSON.parse(await services.sealer.open(requestDocumentItem(item).sealed, key));
  const { documents = {}, ...common } = sealed;
  return { common, documents };
}

/** @param shared its document, where it was sealed with what all share */
async function openInstanceDocument(
  services: Store,
  key: string,
  uuid: string,
  item: Item,
  shared: InstanceDocument | undefined,
) {
  const { sealed, group, selections } = instanceDocumentItem(item);
  const document: InstanceDocument = shared ?? JSON.parse(await services.sealer.open(sealed, `${key}/${uuid}`));
  const request_spec = group === undefined ? document.request_spec : specWithGroup(document.request_spec, group);
  return { document: { ...document, request_spec }, selections };
}

/**
 * The write that notes what the scheduler chose for a server, and the server group as it was set up for the choice: the
 * spec of that server has it from then on.
 */
export const noteSelections = (key: string, uuid: string, selections: WireObject[], group?: WireObject): Action => ({
  kind: 'update',
  table: REQUESTS,
  key: instanceDocumentKey(key, uuid),
  update: {
    set: { selections, ...(group === undefined ? {} : { group }) } satisfies AttributesOf<InstanceDocumentItem>,
  },
  condition: equals('pk', documentKey(key).pk),
});
