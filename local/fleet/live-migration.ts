import { isWireObject, newObject } from '#wire/wire';
import { MigrationPreCheckError, NovaError } from '#errors';
import { hostQueue } from '#ports/host-queue';
import type { Json, JsonMap } from '#ports/json';
import type { BuildSite } from './build-site.ts';
import type { BehaviourKind } from './behaviour.ts';
import {
  answering,
  ask,
  asEvent,
  dieIf,
  onHypervisor,
  MoveFailed,
  moveOf,
  instanceOrderOf,
  refreshNetworks,
  saveMigration,
  saveInstance,
  systemMetadata,
  type Move,
} from './move-site.ts';
import { textField, type Order } from './order.ts';
import { plainText } from '#wire/reading';

/**
 * Answers whether this host can take a server (ComputeManager `check_can_live_migrate_destination`): a host that fails
 * softly answers MigrationPreCheckError, one that aborts an error that nobody knows. A dying host answers nothing.
 */
export async function checkDestination(site: BuildSite, order: Order, kind: BehaviourKind): Promise<void> {
  const move = moveOf(site, order, kind);
  await answering(site, order, async () => {
    let data: Json = null;
    await asEvent(move, 'check_can_live_migrate_destination', async () => {
      await ask(move, 'InstanceGroup', 'get_by_instance_uuid');
      for (const host of [textField(move.migration, 'source_compute'), site.host])
        await site.proxy.classAction(order.context, 'ComputeNode', 'get_first_node_by_host_for_old_compat', [host]);
      await dieIf(move, 'after-claim');
      try {
        await onHypervisor(move);
      } catch (error) {
        if (!(error instanceof MoveFailed)) throw error;
        if (move.kind !== 'build' && 'abort' in move.kind) throw new NovaError(error.message);
        throw new MigrationPreCheckError({ reason: error.message });
      }
      data = migrateData(move);
    });
    return data;
  });
}

/** The answer, at 1.14 with the secret of the TPM where the server has one. */
const migrateData = ({ site, instance }: Move): Json => {
  const uuid = textField(instance, 'uuid');
  const hasTpm = systemMetadata(instance)['image_hw_tpm_version'] !== undefined;
  return newObject('LibvirtLiveMigrateData', hasTpm ? '1.14' : '1.10', {
    filename: site.host,
    image_type: 'default',
    disk_available_mb: 100_000,
    is_shared_instance_path: true,
    is_shared_block_storage: true,
    is_volume_backed: false,
    ...(hasTpm ? { vtpm_secret_uuid: uuid, vtpm_secret_value: `passphrase-of-${uuid}` } : {}),
  });
};

/**
 * Moves a server, as its source (ComputeManager `live_migration`, `_do_live_migration`): the destination gets ready,
 * the memory is copied, the destination has the server. A copy that fails is rolled back.
 */
export async function liveMigration(site: BuildSite, order: Order, kind: BehaviourKind): Promise<void> {
  const move = moveOf(site, order, kind);
  await asEvent(move, 'live_migration', async () => {
    move.migration = await saveMigration(move, { status: 'queued' });
  });
  move.migration = await saveMigration(move, { status: 'preparing' });
  try {
    await ask(move, 'BlockDeviceMappingList', 'get_by_instance_uuid');
    const { migrate_data = null } = order.args;
    await callDestination(move, 'pre_live_migration', { disk: null, migrate_data: withMigration(migrate_data, move) });
    move.migration = await saveMigration(move, { status: 'running' });
    await onHypervisor(move);
  } catch (error) {
    if (!(error instanceof MoveFailed) && !(error instanceof NovaError)) throw error;
    await rollBack(move);
    return;
  }
  site.guests.stop(textField(move.instance, 'uuid'));
  await ask(move, 'MigrationContext', 'get_by_instance_uuid');
  const { block_migration = null } = order.args;
  await callDestination(move, 'post_live_migration_at_destination', { block_migration });
  await dieIf(move, 'after-claim');
  await site.tracker.release(textField(move.instance, 'uuid'));
  await site.proxy.classAction(order.context, 'Service', 'get_by_compute_host', [site.host]);
  move.migration = await saveMigration(move, { status: 'completed' });
}

/** The server stays; both the status on the way and the last one are Nova's. */
async function rollBack(move: Move): Promise<void> {
  move.migration = await saveMigration(move, { status: 'error' });
  move.instance = await saveInstance(move, { progress: 0, task_state: null }, ['migrating']);
  move.migration = await saveMigration(move, { status: 'failed' });
}

/** Migrate data with the move that they are of, as the source sends them on. */
const withMigration = (data: Json, { migration }: Move): Json =>
  isWireObject(data) ? { ...data, 'nova_object.data': { ...data['nova_object.data'], migration } } : data;

async function callDestination({ site, order, instance }: Move, method: string, args: JsonMap): Promise<void> {
  await site.caller.call({
    queue: hostQueue(site.cell, plainText(order.args['dest'])),
    version: '6.0',
    method,
    context: order.context,
    args: { ...args, instance },
  });
}

/** The destination gets ready (ComputeManager `pre_live_migration`). */
export async function preLiveMigration(site: BuildSite, order: Order, kind: BehaviourKind): Promise<void> {
  const move = instanceOrderOf(site, order, kind);
  await answering(site, order, async () => {
    await asEvent(move, 'pre_live_migration', async () => {
      await ask(move, 'InstanceGroup', 'get_by_instance_uuid');
      await ask(move, 'BlockDeviceMappingList', 'get_by_instance_uuid');
      await refreshNetworks(move);
      try {
        await onHypervisor(move);
      } catch (error) {
        if (!(error instanceof MoveFailed)) throw error;
        throw new NovaError(error.message);
      }
    });
    return order.args['migrate_data'] ?? null;
  });
}

/** The destination has the server (ComputeManager `post_live_migration_at_destination`). */
export async function postLiveMigration(site: BuildSite, order: Order, kind: BehaviourKind): Promise<void> {
  const move = instanceOrderOf(site, order, kind);
  await answering(site, order, async () => {
    await asEvent(move, 'post_live_migration_at_destination', async () => {
      await refreshNetworks(move);
      await ask(move, 'BlockDeviceMappingList', 'get_by_instance_uuid');
      const { context } = order;
      const at = [site.host];
      await site.proxy.classAction(context, 'ComputeNode', 'get_first_node_by_host_for_old_compat', at);
      const arrived: JsonMap = { host: site.host, node: site.host, power_state: 1, progress: 0, task_state: null };
      move.instance = await saveInstance(move, arrived, 'migrating');
      site.guests.start(textField(move.instance, 'uuid'));
      await site.tracker.claim(move.instance);
    });
    return null;
  });
}
