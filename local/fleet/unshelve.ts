import { newObject } from '#wire/wire';
import type { JsonMap } from '#ports/json';
import { save, type Build, type BuildSite } from './build-site.ts';
import { objectArgument, textField, type Order } from './order.ts';
import { carryOut, finishEvent, startEvent, unlessRefused, type Failed } from './carry-out.ts';
import type { BehaviourKind } from './behaviour.ts';

/**
 * Carries out unshelve_instance: the object calls of a nova-compute, in their order (ComputeManager
 * `_unshelve_instance`). A server that cannot be spawned leaves the host again and is shelved as before.
 */
export async function unshelveInstance(site: BuildSite, order: Order, kind: BehaviourKind): Promise<void> {
  const build: Build = { site, order, instance: objectArgument(order, 'instance') };
  await unlessRefused(build, () => unshelve(build, kind));
}

async function unshelve(build: Build, kind: BehaviourKind): Promise<void> {
  const { site, order } = build;
  const uuid = textField(build.instance, 'uuid');
  await startEvent(build, 'compute_unshelve_instance');
  await site.proxy.classAction(order.context, 'BlockDeviceMappingList', 'get_by_instance_uuid', [uuid]);
  await save(build, { task_state: 'spawning' });
  const image = order.args['image'];
  const snapshot = textOfMap(image, 'id') ?? build.instance['nova_object.data']['image_ref'] ?? null;
  const own = build.instance['nova_object.data']['image_ref'] ?? null;
  const node = typeof order.args['node'] === 'string' ? order.args['node'] : site.host;
  await save(build, { host: site.host, image_ref: snapshot, launched_on: site.host, node, numa_topology: null });
  await site.tracker.claim(build.instance);
  await site.proxy.classAction(order.context, 'Service', 'get_by_compute_host', [site.host]);
  const failed = await carryOut(build, kind);
  if (failed !== undefined) return giveBack(build, own, failed);

  site.guests.start(uuid);
  await refreshNetworks(build);
  const { shelved_at: _at, shelved_host: _host, shelved_image_id: _id, ...kept } = systemMetadata(build);
  await save(
    build,
    {
      image_ref: own,
      launched_at: now(build),
      power_state: 1,
      system_metadata: kept,
      task_state: null,
      vm_state: 'active',
    },
    'spawning',
  );
  site.tracker.note(build.instance);
  await finishEvent(build, 'compute_unshelve_instance');
}

/** Carries out start_instance (ComputeManager `start_instance`) of a server that was shelved here. */
export async function startInstance(site: BuildSite, order: Order, kind: BehaviourKind): Promise<void> {
  const build: Build = { site, order, instance: objectArgument(order, 'instance') };
  const uuid = textField(build.instance, 'uuid');
  await startEvent(build, 'compute_start_instance');
  await site.proxy.classAction(order.context, 'Instance', 'get_by_uuid', [uuid, ['flavor']]);
  await refreshNetworks(build);
  await site.proxy.classAction(order.context, 'BlockDeviceMappingList', 'get_by_instance_uuid', [uuid]);
  const failed = await carryOut(build, kind);
  if (failed !== undefined) {
    await save(build, { task_state: null });
    return finishEvent(build, 'compute_start_instance', failed);
  }
  const { shelved_at: _at, shelved_host: _host, shelved_image_id: _id, ...kept } = systemMetadata(build);
  site.guests.start(uuid);
  const started = { power_state: 1, system_metadata: kept, task_state: null, vm_state: 'active' };
  await save(build, started, 'powering-on');
  site.tracker.note(build.instance);
  await finishEvent(build, 'compute_start_instance');
}

async function giveBack(build: Build, image_ref: JsonMap[string], failed: Failed): Promise<void> {
  const { site, order } = build;
  const uuid = textField(build.instance, 'uuid');
  await save(build, { host: null, node: null });
  await site.tracker.release(uuid);
  const fault = { instance_uuid: uuid, code: 500, message: failed.message, details: '', host: site.host };
  await site.proxy.action(order.context, newObject('InstanceFault', '1.2', fault), 'create');
  await finishEvent(build, 'compute_unshelve_instance', failed);
  await save(build, {
    availability_zone: null,
    host: null,
    image_ref,
    launched_on: null,
    node: null,
    task_state: null,
  });
}

async function refreshNetworks({ site, order, instance }: Build): Promise<void> {
  const cache = { instance_uuid: textField(instance, 'uuid'), network_info: '[]' };
  await site.proxy.action(order.context, newObject('InstanceInfoCache', '1.5', cache), 'save');
}

function systemMetadata({ instance }: Build): JsonMap {
  const metadata = instance['nova_object.data']['system_metadata'];
  return typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) ? metadata : {};
}

function textOfMap(value: JsonMap[string] | undefined, name: string): string | undefined {
  const found = typeof value === 'object' && value !== null && !Array.isArray(value) ? value[name] : undefined;
  return typeof found === 'string' ? found : undefined;
}

const now = ({ site }: Build): string => new Date(site.clock.now()).toISOString().replace(/\.\d+Z$/u, 'Z');
