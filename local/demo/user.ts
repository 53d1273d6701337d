import { setFields } from '#wire/wire';
import type { ConductorClient } from '#client';
import type { JsonMap, WireObject } from '#ports/json';
import type { Item } from '#ports/tables';
import { imageItem } from '#records/images';
import type { Services } from '#ports/services';
import { API } from '#records/keys';
import { migrationOf } from '#records/methods/migration';
import { numberOf, textOf } from '#wire/reading';
import { cellOf, partitionOf } from '#cli/inventory/servers';
import { beginRequest, specOf, type ServerRequest } from '#cli/servers/server-request';
import type { DemoUser } from './demo-world.ts';
import { flavorObject } from './requests.ts';

/** A server as its cell records it. */
interface Recorded {
  readonly uuid: string;
  readonly cell: string;
  readonly item: Item;
  /** The last one. */
  readonly migration: Item | undefined;
}

/** What users reach of a deployment. */
type UserServices = Pick<Services, 'tables' | 'clock' | 'ids' | 'compute'>;

/**
 * The users of a world: each request is made as Nova's API makes it. The server is marked and its action begun by the
 * object proxy; then either the conductor is asked, or the host, where Nova's API casts to hosts directly.
 */
export function worldUser(services: UserServices, client: ConductorClient): DemoUser {
  const { tables, clock, ids, compute } = services;
  const ports = { client, clock, ids, tables };

  async function recorded(uuid: string): Promise<Recorded> {
    const cell = await cellOf(ports, uuid);
    const items = cell === undefined ? [] : await partitionOf(ports, cell, uuid);
    const item = items.find(({ sk }) => sk === 'instance');
    if (cell === undefined || item === undefined) throw new Error(`there is no server ${uuid}`);
    return { uuid, cell, item, migration: newest(items, 'migration#') };
  }

  const begin = ({ cell, item }: Recorded, action: string, fields: JsonMap): Promise<ServerRequest> =>
    beginRequest(ports, cell, item, { action, fields });

  async function order(
    { cell }: Recorded,
    host: string | undefined,
    method: string,
    { context, instance }: ServerRequest,
    args: JsonMap,
  ): Promise<void> {
    const uniqueId = ids.uuid();
    const given = { ...args, instance };
    await compute.cast({ cell, host: host ?? '', method, version: '6.0', args: given, context, uniqueId });
  }

  /** Says of the last migration that it is on its way to its end, and tells the host that has its part in it. */
  async function endResize(
    uuid: string,
    how: { readonly action: string; readonly method: string; readonly status: string; readonly at: string },
    fields: JsonMap,
  ): Promise<void> {
    const server = await recorded(uuid);
    if (server.migration === undefined) throw new Error(`${uuid} has no migration`);
    const request = await begin(server, how.action, fields);
    const stored: WireObject = migrationOf(server.migration).toPrimitive();
    const marked = setFields(stored, { status: how.status });
    const { object } = await client.objectAction(request.context, marked, 'save', {}, { cell: server.cell });
    await order(server, textOf(server.migration[how.at]), how.method, request, { migration: object });
  }

  return {
    liveMigrate: async (uuid, host) => {
      const { context, instance } = await begin(await recorded(uuid), 'live-migration', { task_state: 'migrating' });
      const request_spec = await specOf(ports, uuid);
      const how = { block_migration: null, disk_over_commit: null, request_spec, host, async: true };
      await client.liveMigrateInstance(context, { instance, ...how });
    },
    resize: async (uuid, flavor) => {
      const server = await recorded(uuid);
      const { context, instance } = await begin(server, 'resize', { task_state: 'resize_prep', progress: 0 });
      const spec = await specOf(ports, uuid);
      const created = new Date(clock.now()).toISOString().replace(/\.\d+Z$/u, 'Z');
      // A resize to the same host is refused by default.
      const ignore_hosts = [textOf(server.item['host']) ?? ''];
      await client.resizeInstance(context, {
        instance,
        scheduler_hint: { filter_properties: { ignore_hosts } },
        flavor: flavorObject(flavor, created),
        clean_shutdown: true,
        request_spec: spec === null ? null : setFields(spec, { ignore_hosts }),
      });
    },
    confirmResize: (uuid) =>
      endResize(
        uuid,
        { action: 'confirmResize', method: 'confirm_resize', status: 'confirming', at: 'source_compute' },
        {},
      ),
    revertResize: (uuid) =>
      endResize(
        uuid,
        { action: 'revertResize', method: 'revert_resize', status: 'reverting', at: 'dest_compute' },
        { task_state: 'resize_reverting' },
      ),
    shelve: async (uuid, { kept }) => {
      const server = await recorded(uuid);
      const request = await begin(server, 'shelve', { task_state: 'shelving' });
      const image_id = ids.uuid();
      if (kept) await tables.put(API, imageItem(image_id, { name: `${uuid}-shelved`, status: 'active' }));
      await order(server, textOf(server.item['host']), 'shelve_instance', request, { image_id, offload: true });
    },
    unshelve: async (uuid) => {
      const { context, instance } = await begin(await recorded(uuid), 'unshelve', { task_state: 'unshelving' });
      await client.unshelveInstance(context, instance, await specOf(ports, uuid));
    },
  };
}

/** The last of a server's items of a kind, by their ids. */
export const newest = (items: readonly Item[], prefix: string): Item | undefined =>
  items
    .filter(({ sk }) => sk.startsWith(prefix))
    .toSorted((a, b) => (numberOf(b['id']) ?? 0) - (numberOf(a['id']) ?? 0))[0];
