import type { Compute } from '#ports/compute';
import { isoSeconds } from '#conductor/time';
import type { JsonMap } from '#ports/json';
import { API } from '#records/keys';
import { imageItem } from '#records/images';
import { migrationItem } from '#records/items/migration';
import { textOf } from '#wire/reading';
import { markedMigration, revertedSpec } from '#cli/servers/end-resize';
import type { InstanceRequest, RequestPorts } from '#cli/servers/server-request';
import type { HostRequests } from './demo-world.ts';
import { begin, devicesOf, recordedServer, type RecordedServer } from './recorded-server.ts';

/** The version at which Nova's API sends these orders. */
const VERSION = '6.0';

type Ports = RequestPorts & { readonly compute: Pick<Compute, 'cast'> };

/** What Nova's API marks before it orders a host. */
interface Begun {
  readonly action: string;
  readonly fields: JsonMap;
}

/**
 * Requests that Nova's API sends to the server's host itself (nova.compute.api.API, nova.compute.rpcapi.ComputeAPI).
 */
export function hostRequests(ports: Ports): HostRequests {
  const { client, ids, tables, compute } = ports;

  async function order(
    { cell }: RecordedServer,
    host: string,
    method: string,
    { context, instance }: InstanceRequest,
    args: JsonMap = {},
  ): Promise<void> {
    const uniqueId = ids.uuid();
    await compute.cast({ cell, host, method, version: VERSION, args: { ...args, instance }, context, uniqueId });
  }

  /** Marks the server, begins its action, and orders the host that has it. */
  async function orderOwnHost(uuid: string, begun: Begun, method: string, args: JsonMap = {}): Promise<void> {
    const server = await recordedServer(ports, uuid);
    const request = await begin(ports, server, begun);
    await order(server, textOf(server.item['host']) ?? '', method, request, args);
  }

  /**
   * Says of the last migration that it is on its way to its end, and has the host do its part in it; of one across
   * cells the conductor.
   */
  async function endResize(
    uuid: string,
    how: Begun & { readonly method: string; readonly status: string; readonly at: string },
    more: (server: RecordedServer, request: InstanceRequest) => Promise<JsonMap>,
  ): Promise<void> {
    const server = await recordedServer(ports, uuid);
    if (server.migration === undefined) throw new Error(`${uuid} has no migration`);
    const request = await begin(ports, server, how);
    const { cell, migration } = server;
    const object = await markedMigration(ports, request.context, { cell, migration }, how.status);
    const args = await more(server, request);
    if (migrationItem(migration).cross_cell_move) {
      const across = { instance: request.instance, migration: object };
      const isRevert = how.action === 'revertResize';
      await (isRevert
        ? client.revertSnapshotBasedResize(request.context, across)
        : client.confirmSnapshotBasedResize(request.context, across));
      return;
    }
    const whole = { migration: object, ...args };
    await order(server, textOf(server.migration[how.at]) ?? '', how.method, request, whole);
  }

  return {
    stop: (uuid) =>
      orderOwnHost(uuid, { action: 'stop', fields: { task_state: 'powering-off', progress: 0 } }, 'stop_instance', {
        clean_shutdown: true,
      }),
    start: (uuid) => orderOwnHost(uuid, { action: 'start', fields: { task_state: 'powering-on' } }, 'start_instance'),
    reboot: (uuid, how) => {
      const task_state = how === 'HARD' ? 'rebooting_hard' : 'rebooting';
      const args = { block_device_info: null, reboot_type: how };
      return orderOwnHost(uuid, { action: 'reboot', fields: { task_state } }, 'reboot_instance', args);
    },
    rescue: (uuid) => {
      const args = { rescue_password: ids.uuid().slice(0, 12), rescue_image_ref: null, clean_shutdown: true };
      return orderOwnHost(uuid, { action: 'rescue', fields: { task_state: 'rescuing' } }, 'rescue_instance', args);
    },
    softDelete: (uuid) => {
      const fields = { task_state: 'soft-deleting', progress: 0, deleted_at: isoSeconds(ports.clock.now()) };
      return orderOwnHost(uuid, { action: 'delete', fields }, 'soft_delete_instance');
    },
    delete: async (uuid) => {
      const server = await recordedServer(ports, uuid);
      const begun = { action: 'delete', fields: { task_state: 'deleting', progress: 0 } };
      const request = await begin(ports, server, begun);
      const bdms = await devicesOf(client, request.context, server);
      await order(server, textOf(server.item['host']) ?? '', 'terminate_instance', request, { bdms });
    },
    confirmResize: (uuid) =>
      endResize(
        uuid,
        { action: 'confirmResize', fields: {}, method: 'confirm_resize', status: 'confirming', at: 'source_compute' },
        async () => ({}),
      ),
    revertResize: (uuid) => {
      const fields = { task_state: 'resize_reverting' };
      const how = { action: 'revertResize', fields, method: 'revert_resize', status: 'reverting', at: 'dest_compute' };
      return endResize(uuid, how, async ({ item }, { context }) => ({
        request_spec: await revertedSpec(ports, context, item),
      }));
    },
    shelve: async (uuid, image) => {
      const image_id = 'id' in image ? image.id : ids.uuid();
      if ('kept' in image && image.kept)
        await tables.put(API, imageItem(image_id, { name: `${uuid}-shelved`, status: 'active' }));
      const args = { image_id, clean_shutdown: true, accel_uuids: 'id' in image ? [...image.accelUuids] : [] };
      const fields = { task_state: 'shelving' };
      await orderOwnHost(uuid, { action: 'shelve', fields }, 'shelve_instance', args);
    },
  };
}
