import { isWireObject, newObject } from '#wire/wire';
import type { Json, JsonMap } from '#ports/json';
import { save, type Build, type BuildSite } from './build-site.ts';
import { carryOut, finishEvent, startEvent, unlessRefused, type Failed } from './carry-out.ts';
import type { BehaviourKind } from './behaviour.ts';
import { objectArgument, textField, type Order } from './order.ts';

const EVENT = 'compute_rebuild_instance';

/**
 * Carries out rebuild_instance: the object calls of a nova-compute, in their order (ComputeManager `rebuild_instance`).
 * An evacuated server becomes this host's only after it runs here; its migration ends last.
 */
export async function rebuildInstance(site: BuildSite, order: Order, kind: BehaviourKind): Promise<void> {
  const build: Build = { site, order, instance: objectArgument(order, 'instance') };
  const evacuated = order.args['recreate'] === true;
  if (evacuated) await unlessRefused(build, () => rebuild(build, kind, evacuated));
  else await rebuild(build, kind, evacuated);
}

async function rebuild(build: Build, kind: BehaviourKind, evacuated: boolean): Promise<void> {
  const { site, order } = build;
  const uuid = textField(build.instance, 'uuid');
  await startEvent(build, EVENT);
  if (evacuated) await claim(build);
  if (kind !== 'build' && 'die' in kind && kind.die === 'after-claim') site.die(kind.die);
  await save(build, { power_state: evacuated ? 0 : 1, task_state: 'rebuilding' }, ['rebuilding']);
  if (evacuated) await site.proxy.classAction(order.context, 'BlockDeviceMappingList', 'get_by_instance_uuid', [uuid]);
  await save(build, { task_state: 'rebuild_block_device_mapping' }, ['rebuilding']);
  await save(build, { task_state: 'rebuild_spawning' }, ['rebuild_block_device_mapping']);
  const failed = await carryOut(build, kind);
  if (failed !== undefined) return giveUp(build, evacuated, failed);

  site.guests.start(uuid);
  const launched_at = new Date(site.clock.now()).toISOString().replace(/\.\d+Z$/u, 'Z');
  await save(build, { launched_at, power_state: 1, task_state: null, vm_state: 'active' }, ['rebuild_spawning']);
  const node = typeof order.args['scheduled_node'] === 'string' ? order.args['scheduled_node'] : site.host;
  await save(build, { host: site.host, node: evacuated ? node : textField(build.instance, 'node') });
  site.tracker.note(build.instance);
  if (evacuated) await saveMigration(build, { status: 'done' });
  await finishEvent(build, EVENT);
}

/** The server is to be this host's: the migration says so, and its resources are taken. */
async function claim(build: Build): Promise<void> {
  const { site, order } = build;
  const uuid = textField(build.instance, 'uuid');
  const node = typeof order.args['scheduled_node'] === 'string' ? order.args['scheduled_node'] : site.host;
  await saveMigration(build, { dest_compute: site.host, dest_node: node, status: 'pre-migrating' });
  await site.proxy.classAction(order.context, 'BlockDeviceMappingList', 'get_by_instance_uuid', [uuid]);
  await site.tracker.claim(build.instance);
  await site.proxy.classAction(order.context, 'Service', 'get_by_compute_host', [site.host]);
}

/** The server is in error where it was; an evacuation has failed. */
async function giveUp(build: Build, evacuated: boolean, failed: Failed): Promise<void> {
  const { site, order } = build;
  const uuid = textField(build.instance, 'uuid');
  if (evacuated) {
    await site.tracker.release(uuid);
    await saveMigration(build, { status: 'failed' });
  }
  const fault = { instance_uuid: uuid, code: 500, message: failed.message, details: '', host: site.host };
  await site.proxy.action(order.context, newObject('InstanceFault', '1.2', fault), 'create');
  await save(build, { task_state: null, vm_state: 'error' });
  await finishEvent(build, EVENT, failed);
}

/** Saves fields of the migration that came with the order; nothing happens when none came. */
async function saveMigration({ site, order }: Build, fields: JsonMap): Promise<void> {
  const migration: Json = order.args['migration'] ?? null;
  if (!isWireObject(migration)) return;
  order.args['migration'] = await site.proxy.action(order.context, migration, 'save', fields);
}
