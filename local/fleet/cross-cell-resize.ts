import { newObject } from '#wire/wire';
import { MigrationPreCheckError, NovaError } from '#errors';
import type { Json, JsonMap } from '#ports/json';
import type { BehaviourKind } from './behaviour.ts';
import type { BuildSite } from './build-site.ts';
import {
  answering,
  ask,
  asEvent,
  dieIf,
  onHypervisor,
  MoveFailed,
  moveOf,
  refreshNetworks,
  saveMigration,
  saveInstance,
  systemMetadata,
  type Move,
} from './move-site.ts';
import { textField, type Order } from './order.ts';
import { sizeOf } from './prep-resize.ts';

/*
 * The orders of a resize across cells, each a call with the object calls of a nova-compute in their order
 * (ComputeManager, methods `*_snapshot_based_resize_*`).
 */

/** The destination claims what the server needs, and answers the migration context. */
export async function prepSnapshotBasedResizeAtDest(site: BuildSite, order: Order, kind: BehaviourKind): Promise<void> {
  const move = moveOf(site, order, kind);
  await called(move, 'prep_snapshot_based_resize_at_dest', async () => {
    if (kind !== 'build' && 'fail' in kind) {
      const reason = `Pre-checks failed on host '${site.host}'. Error: ${kind.fail}`;
      throw new MigrationPreCheckError({ reason });
    }
    await onHypervisor(move);
    const destination = { dest_compute: site.host, dest_host: '192.0.2.2', dest_node: site.host };
    move.migration = await saveMigration(move, destination);
    const context = migrationContext(move);
    move.instance = await saveInstance(move, { migration_context: context });
    await site.tracker.claim(move.instance);
    await dieIf(move, 'after-claim');
    return context;
  });
}

const migrationContext = ({ instance, migration }: Move): JsonMap =>
  newObject('MigrationContext', '1.2', {
    instance_uuid: textField(instance, 'uuid'),
    migration_id: migration['nova_object.data']['id'] ?? null,
    old_numa_topology: null,
    new_numa_topology: null,
    old_pci_devices: null,
    new_pci_devices: null,
    old_pci_requests: null,
    new_pci_requests: null,
    old_resources: null,
    new_resources: null,
  });

/** The source stops the guest and uploads its disk, which it keeps. */
export async function prepSnapshotBasedResizeAtSource(
  site: BuildSite,
  order: Order,
  kind: BehaviourKind,
): Promise<void> {
  const move = moveOf(site, order, kind);
  await called(move, 'prep_snapshot_based_resize_at_source', async () => {
    await erringMigration(move, async () => {
      await ask(move, 'BlockDeviceMappingList', 'get_by_instance_uuid');
      move.migration = await saveMigration(move, { status: 'migrating' });
      if (!failsLate(kind)) await onHypervisor(move);
      site.guests.stop(textField(move.instance, 'uuid'));
      await dieIf(move, 'after-claim');
      await inError(move, async () => {
        if (failsLate(kind)) await onHypervisor(move);
        move.migration = await saveMigration(move, { status: 'post-migrating' });
        move.instance = await saveInstance(move, { task_state: 'resize_migrated', power_state: 4 }, 'resize_migrating');
      });
    });
    return null;
  });
}

/** The destination starts the guest: from here on the user confirms or reverts. */
export async function finishSnapshotBasedResizeAtDest(
  site: BuildSite,
  order: Order,
  kind: BehaviourKind,
): Promise<void> {
  const move = moveOf(site, order, kind);
  await called(move, 'finish_snapshot_based_resize_at_dest', async () => {
    await erringMigration(move, () =>
      inError(move, async () => {
        const { flavor = null, new_flavor = null } = move.instance['nova_object.data'];
        const changed: JsonMap = { old_flavor: flavor, ...sizeOf(new_flavor), task_state: 'resize_finish' };
        move.instance = await saveInstance(move, changed, 'resize_migrated');
        await ask(move, 'BlockDeviceMappingList', 'get_by_instance_uuid');
        await refreshNetworks(move);
        await onHypervisor(move);
        if (systemMetadata(move.instance)['old_vm_state'] === 'active')
          site.guests.start(textField(move.instance, 'uuid'));
        move.migration = await saveMigration(move, { status: 'finished' });
        const launched_at = new Date(site.clock.now()).toISOString().replace(/\.\d+Z$/u, 'Z');
        const arrived = { host: site.host, node: site.host, launched_on: site.host, launched_at, power_state: 1 };
        const resized: JsonMap = { ...arrived, task_state: null, vm_state: 'resized' };
        move.instance = await saveInstance(move, resized, 'resize_finish');
        site.tracker.note(move.instance);
      }),
    );
    return null;
  });
}

/** The source deletes its copy of a server that stays in the other cell. */
export async function confirmSnapshotBasedResizeAtSource(
  site: BuildSite,
  order: Order,
  kind: BehaviourKind,
): Promise<void> {
  const move = moveOf(site, order, kind);
  await called(move, 'confirm_snapshot_based_resize_at_source', async () => {
    await erringMigration(move, async () => {
      await ask(move, 'BlockDeviceMappingList', 'get_by_instance_uuid');
      await onHypervisor(move);
      move.migration = await saveMigration(move, { status: 'confirmed' });
      await site.tracker.release(textField(move.instance, 'uuid'));
    });
    return null;
  });
}

/** The destination gives a server back: its guest goes, disks and all. */
export async function revertSnapshotBasedResizeAtDest(
  site: BuildSite,
  order: Order,
  kind: BehaviourKind,
): Promise<void> {
  const move = moveOf(site, order, kind);
  await called(move, 'revert_snapshot_based_resize_at_dest', async () => {
    await erringMigration(move, () =>
      inError(move, async () => {
        await ask(move, 'BlockDeviceMappingList', 'get_by_instance_uuid');
        await onHypervisor(move);
        site.guests.stop(textField(move.instance, 'uuid'));
        await site.tracker.release(textField(move.instance, 'uuid'));
        move.instance = await saveInstance(move, { migration_context: null }, ['resize_reverting']);
      }),
    );
    return null;
  });
}

/** The source has its server again. */
export async function finishRevertSnapshotBasedResizeAtSource(
  site: BuildSite,
  order: Order,
  kind: BehaviourKind,
): Promise<void> {
  const move = moveOf(site, order, kind);
  await called(move, 'finish_revert_snapshot_based_resize_at_source', async () => {
    await erringMigration(move, () =>
      inError(move, async () => {
        const was = systemMetadata(move.instance)['old_vm_state'] ?? 'active';
        const old = move.instance['nova_object.data']['old_flavor'] ?? null;
        const back: JsonMap = {
          ...sizeOf(old),
          host: textField(move.migration, 'source_compute'),
          node: textField(move.migration, 'source_node'),
        };
        move.instance = await saveInstance(move, back, ['resize_reverting']);
        await ask(move, 'BlockDeviceMappingList', 'get_by_instance_uuid');
        await onHypervisor(move);
        const runs = was === 'active';
        if (runs) site.guests.start(textField(move.instance, 'uuid'));
        move.migration = await saveMigration(move, { status: 'reverted' });
        const { old_vm_state: _oldState, ...system_metadata } = systemMetadata(move.instance);
        const ended: JsonMap = { task_state: null, vm_state: was, power_state: runs ? 1 : 4, migration_context: null };
        move.instance = await saveInstance(move, { ...ended, new_flavor: null, old_flavor: null, system_metadata });
        site.tracker.note(move.instance);
      }),
    );
    return null;
  });
}

/** Whether the hypervisor fails only once the guest is gone. */
const failsLate = (kind: BehaviourKind): boolean => kind !== 'build' && 'abort' in kind;

/** Carries out a call as an event of the request's action; what goes wrong is a fault of the server, and the answer. */
async function called(move: Move, event: string, work: () => Promise<Json>): Promise<void> {
  const { site, order } = move;
  await answering(site, order, async () => {
    let result: Json = null;
    await asEvent(move, event, async () => {
      try {
        result = await work();
      } catch (error) {
        const failure = error instanceof MoveFailed ? new NovaError(error.message) : error;
        if (failure instanceof NovaError && !event.startsWith('prep_snapshot_based_resize_at_dest'))
          await writeFault(move, failure.message);
        throw failure;
      }
    });
    return result;
  });
}

/**
 * Nova's errors_out_migration: a migration whose host fails is in error; one that the conductor refuses stays as it is.
 */
async function erringMigration(move: Move, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof MoveFailed || error instanceof NovaError)
      await unlessNova(async () => {
        move.migration = await saveMigration(move, { status: 'error' });
      });
    throw error;
  }
}

/** Nova's _error_out_instance_on_exception. */
async function inError(move: Move, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof MoveFailed || error instanceof NovaError)
      await unlessNova(async () => {
        move.instance = await saveInstance(move, { vm_state: 'error', task_state: null });
      });
    throw error;
  }
}

async function writeFault({ site, order, instance }: Move, message: string): Promise<void> {
  const fault = { instance_uuid: textField(instance, 'uuid'), code: 500, message, details: '', host: site.host };
  await unlessNova(async () => {
    await site.proxy.action(order.context, newObject('InstanceFault', '1.2', fault), 'create');
  });
}

/** What the conductor refuses on the way out is not reported a second time. */
async function unlessNova(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof NovaError)) throw error;
  }
}
