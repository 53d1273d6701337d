import { isMap } from '#wire/wire';
import { Forbidden, NovaError } from '#errors';
import type { Json, JsonMap } from '#ports/json';
import type { BuildSite } from './build-site.ts';
import type { BehaviourKind } from './behaviour.ts';
import { writeFault } from './carry-out.ts';
import {
  ask,
  asEvent,
  dieIf,
  handOn,
  onHypervisor,
  MoveFailed,
  moveOf,
  refreshNetworks,
  saveMigration,
  saveInstance,
  systemMetadata,
  type Move,
} from './move-site.ts';
import { retryOf, textField, type Order } from './order.ts';

const TASK_QUEUE = 'compute-task';

/**
 * The three orders of a resize, each on its host, with the object calls of a nova-compute in their order: the
 * destination prepares, the source moves the disks, the destination brings the server up (ComputeManager `prep_resize`,
 * `resize_instance`, `finish_resize`).
 */
export async function prepResize(site: BuildSite, order: Order, kind: BehaviourKind): Promise<void> {
  const move = moveOf(site, order, kind);
  await asEvent(move, 'prep_resize', async () => {
    try {
      await prepare(move);
    } catch (error) {
      if (!(error instanceof MoveFailed)) throw error;
      await rescheduleOrFail(move, error.message);
    }
  });
}

async function prepare(move: Move): Promise<void> {
  const { site, order } = move;
  if (move.kind !== 'build' && 'fail' in move.kind) throw new MoveFailed(move.kind.fail);
  const metadata = { ...systemMetadata(move.instance), old_vm_state: textField(move.instance, 'vm_state') };
  move.instance = await saveInstance(move, { new_flavor: flavorOf(order), system_metadata: metadata });
  const destination = { dest_compute: site.host, dest_host: '192.0.2.2', dest_node: site.host };
  move.migration = await saveMigration(move, { ...destination, status: 'pre-migrating' });
  await ask(move, 'InstancePCIRequests', 'get_by_instance_uuid');
  await ask(move, 'ResourceList', 'get_by_instance_uuid');
  await ask(move, 'PciDeviceList', 'get_by_instance_uuid');
  move.instance = await saveInstance(move, { resources: null });
  await ask(move, 'BlockDeviceMappingList', 'get_by_instance_uuid');
  await site.tracker.claim(move.instance);
  await site.proxy.classAction(order.context, 'Service', 'get_by_compute_host', [site.host]);
  await dieIf(move, 'after-claim');
  await onHypervisor(move);
  const { image = null, clean_shutdown = true, request_spec = null } = order.args;
  const args = { image, clean_shutdown, request_spec, flavor: flavorOf(order) };
  await handOn(move, textField(move.migration, 'source_compute'), 'resize_instance', args);
}

/**
 * Asks the conductor for another host; when it may not, or is refused, the move ends in error
 * and the server stays as it was.
 */
async function rescheduleOrFail(move: Move, reason: string): Promise<void> {
  const { site, order } = move;
  const retry = retryOf(order);
  await site.tracker.release(textField(move.instance, 'uuid'));
  try {
    if (retry === undefined || (move.kind !== 'build' && 'abort' in move.kind)) throw new MoveFailed(reason);
    move.instance = await saveInstance(move, { task_state: 'resize_prep' });
    await site.caller.call({ queue: TASK_QUEUE, ...reschedule(move, retry, reason) });
  } catch (error) {
    if (!(error instanceof NovaError) && !(error instanceof MoveFailed)) throw error;
    site.trouble(`rescheduling ${textField(move.instance, 'uuid')}`, error);
    await failRefused(move);
  }
  await writeFault(move, 400, reason);
}

/** The flavor that an order carries, which is called otherwise below 6.0. */
const flavorOf = ({ args }: Order): Json => args['flavor'] ?? args['instance_type'] ?? null;

function reschedule({ order, instance }: Move, retry: JsonMap, reason: string) {
  const { args, context } = order;
  const properties = isMap(args['filter_properties']) ? args['filter_properties'] : {};
  const exc = [`nova.exception.ComputeResourcesUnavailable: ${reason}\n`];
  return {
    namespace: 'compute_task',
    version: '1.20',
    method: 'migrate_server',
    context,
    args: {
      instance,
      scheduler_hint: { filter_properties: { ...properties, retry: { ...retry, exc } } },
      live: false,
      rebuild: false,
      flavor: flavorOf(order),
      block_migration: null,
      disk_over_commit: null,
      reservations: null,
      clean_shutdown: args['clean_shutdown'] ?? true,
      request_spec: args['request_spec'] ?? null,
      host_list: args['host_list'] ?? null,
    },
  };
}

/** A conductor that has ended the move already refuses this; a compute goes on then (Nova's errors_out_migration). */
async function failRefused(move: Move): Promise<void> {
  try {
    await failMove(move, textField(move.instance, 'vm_state'));
  } catch (error) {
    if (!(error instanceof Forbidden)) throw error;
  }
}

/** The source's part. */
export async function resizeInstance(site: BuildSite, order: Order, kind: BehaviourKind): Promise<void> {
  const move = moveOf(site, order, kind);
  await orFail(move, () =>
    asEvent(move, 'resize_instance', async () => {
      await refreshNetworks(move);
      move.migration = await saveMigration(move, { status: 'migrating' });
      move.instance = await saveInstance(move, { task_state: 'resize_migrating' }, 'resize_prep');
      await ask(move, 'BlockDeviceMappingList', 'get_by_instance_uuid');
      site.guests.stop(textField(move.instance, 'uuid'));
      await onHypervisor(move);
      move.migration = await saveMigration(move, { status: 'post-migrating' });
      const host = textField(move.migration, 'dest_compute');
      const node = textField(move.migration, 'dest_node');
      const old_flavor = move.instance['nova_object.data']['flavor'] ?? null;
      const switched: JsonMap = { host, node, old_flavor, task_state: 'resize_migrated' };
      move.instance = await saveInstance(move, switched, 'resize_migrating');
      const { image = null, request_spec = null } = order.args;
      await handOn(move, host, 'finish_resize', { disk_info: null, image, request_spec });
    }),
  );
}

/** The destination's last part: from here on the user confirms or reverts. */
export async function finishResize(site: BuildSite, order: Order, kind: BehaviourKind): Promise<void> {
  const move = moveOf(site, order, kind);
  await orFail(move, () =>
    asEvent(move, 'finish_resize', async () => {
      await ask(move, 'BlockDeviceMappingList', 'get_by_instance_uuid');
      await refreshNetworks(move);
      move.instance = await saveInstance(
        move,
        { ...sizeOf(move.instance['nova_object.data']['new_flavor']), task_state: 'resize_finish' },
        'resize_migrated',
      );
      await onHypervisor(move);
      site.guests.start(textField(move.instance, 'uuid'));
      move.migration = await saveMigration(move, { status: 'finished' });
      const launched_at = new Date(site.clock.now()).toISOString().replace(/\.\d+Z$/u, 'Z');
      move.instance = await saveInstance(move, { launched_at, task_state: null, vm_state: 'resized' }, 'resize_finish');
    }),
  );
}

/** The fields of a server that follow from a flavor. */
export function sizeOf(flavor: JsonMap[string] | undefined): JsonMap {
  const fields = isMap(flavor) && isMap(flavor['nova_object.data']) ? flavor['nova_object.data'] : {};
  const { id, memory_mb, vcpus, root_gb, ephemeral_gb } = fields;
  return {
    flavor: flavor ?? null,
    instance_type_id: id ?? null,
    memory_mb: memory_mb ?? null,
    vcpus: vcpus ?? null,
    root_gb: root_gb ?? null,
    ephemeral_gb: ephemeral_gb ?? null,
  };
}

/** What goes wrong past the preparation ends migration and server in error. */
async function orFail(move: Move, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof MoveFailed)) throw error;
    await writeFault(move, 500, error.message);
    await failMove(move, 'error');
  }
}

async function failMove(move: Move, vm_state: string): Promise<void> {
  move.migration = await saveMigration(move, { status: 'error' });
  move.instance = await saveInstance(move, { vm_state, task_state: null });
}
