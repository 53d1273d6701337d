import { isWireObject, newObject, setFields } from '#wire/wire';
import type { ConductorClient } from '#client';
import type { JsonMap, WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import { isoSeconds } from '#conductor/time';
import { mapOf, textOf } from '#wire/reading';
import { specOf } from '#cli/servers/server-request';
import type { DemoUser } from './demo-world.ts';
import { hostRequests } from './host-requests.ts';
import { begin, devicesOf, recordedServer } from './recorded-server.ts';
import { flavorObject } from './requests.ts';

/** What users reach of a deployment. */
type UserServices = Pick<Services, 'tables' | 'clock' | 'ids' | 'compute'>;

/** The destination by which a user lets a server leave its cell for a host. */
const leavingFor = (host: string): JsonMap => ({
  requested_destination: newObject('Destination', '1.4', { host, node: host, allow_cross_cell_move: true }),
});

/**
 * The users of a world: each request is made as Nova's API makes it. The server is marked and its action begun by the
 * object proxy; then either the conductor is asked, or the host, where Nova's API casts to hosts directly.
 *
 * @param token - their identity token, which computes present to other services
 */
export function worldUser(services: UserServices, client: ConductorClient, token?: string): DemoUser {
  const { tables, clock, ids, compute } = services;
  const ports = { client, clock, ids, tables, token };

  /** To another flavor, or for a cold migration to its own: the same host is refused by default. */
  async function move(
    uuid: string,
    action: string,
    flavor: WireObject | null,
    away: string | null = null,
  ): Promise<void> {
    const server = await recordedServer(ports, uuid);
    const { context, instance } = await begin(ports, server, {
      action,
      fields: { task_state: 'resize_prep', progress: 0 },
    });
    const own = instance['nova_object.data']['flavor'];
    const spec = await specOf(ports, uuid);
    const ignore_hosts = [textOf(server.item['host']) ?? ''];
    await client.resizeInstance(context, {
      instance,
      scheduler_hint: { filter_properties: { ignore_hosts } },
      flavor: flavor ?? (isWireObject(own) ? own : null),
      clean_shutdown: true,
      request_spec:
        spec === null ? null : setFields(spec, { ignore_hosts, ...(away === null ? {} : leavingFor(away)) }),
    });
  }

  return {
    ...hostRequests({ ...ports, compute }),
    liveMigrate: async (uuid, host) => {
      const server = await recordedServer(ports, uuid);
      const { context, instance } = await begin(ports, server, {
        action: 'live-migration',
        fields: { task_state: 'migrating' },
      });
      const request_spec = await specOf(ports, uuid);
      const how = { block_migration: null, disk_over_commit: null, request_spec, host, async: true };
      await client.liveMigrateInstance(context, { instance, ...how });
    },
    resize: (uuid, flavor) => move(uuid, 'resize', flavorObject(flavor, isoSeconds(clock.now()))),
    resizeAcrossCells: (uuid, flavor, host) =>
      move(uuid, 'resize', flavorObject(flavor, isoSeconds(clock.now())), host),
    migrate: (uuid) => move(uuid, 'migrate', null),
    rebuild: async (uuid) => {
      const server = await recordedServer(ports, uuid);
      const { context, instance } = await begin(ports, server, {
        action: 'rebuild',
        fields: { task_state: 'rebuilding', progress: 0 },
      });
      const image = textOf(server.item['image_ref']) ?? null;
      const { system_metadata, host } = instance['nova_object.data'];
      await client.rebuildInstance(context, {
        instance,
        new_pass: ids.uuid().slice(0, 12),
        injected_files: [],
        image_ref: image,
        orig_image_ref: image,
        orig_sys_metadata: mapOf(system_metadata),
        bdms: await devicesOf(client, context, server),
        recreate: false,
        on_shared_storage: false,
        preserve_ephemeral: false,
        // the same image needs no other host
        host: textOf(host) ?? null,
        request_spec: await specOf(ports, uuid),
        reimage_boot_volume: false,
        target_state: null,
      });
    },
    unshelve: async (uuid) => {
      const { context, instance } = await begin(ports, await recordedServer(ports, uuid), {
        action: 'unshelve',
        fields: { task_state: 'unshelving' },
      });
      await client.unshelveInstance(context, instance, await specOf(ports, uuid));
    },
  };
}
