import { isMap } from '#wire/wire';
import { save, type Build, type BuildSite } from './build-site.ts';
import { finishEvent, startEvent } from './carry-out.ts';
import type { BehaviourKind } from './behaviour.ts';
import { objectArgument, textField, type Order } from './order.ts';

const EVENT = 'compute_shelve_instance';

/**
 * Carries out shelve_instance: the saves of a nova-compute, in their order (ComputeManager `_shelve_instance`). The
 * server is offloaded at once, or never, as the host's shelved_offload_time says.
 */
export async function shelveInstance(site: BuildSite, order: Order, _behaviour: BehaviourKind): Promise<void> {
  const build: Build = { site, order, instance: objectArgument(order, 'instance') };
  const { image_id = null } = order.args;
  const offloads = site.shelvedOffloadTime === 0;
  await startEvent(build, EVENT);
  site.guests.stop(textField(build.instance, 'uuid'));
  await save(build, { task_state: 'shelving_image_uploading' }, 'shelving');
  const metadata = build.instance['nova_object.data']['system_metadata'];
  const shelved_at = new Date(site.clock.now()).toISOString();
  const system_metadata = {
    ...(isMap(metadata) ? metadata : {}),
    shelved_at,
    shelved_host: site.host,
    ...(image_id === null ? {} : { shelved_image_id: image_id }),
  };
  const task_state = offloads ? 'shelving_offloading' : null;
  const uploading = ['shelving', 'shelving_image_uploading'];
  await save(build, { power_state: 4, system_metadata, task_state, vm_state: 'shelved' }, uploading);
  if (offloads) await leave(build);
  await finishEvent(build, EVENT);
}

/** The server leaves the host, which keeps nothing of it. */
async function leave(build: Build): Promise<void> {
  const offloading = ['shelving', 'shelving_offloading'];
  await save(build, { power_state: 4, task_state: null, vm_state: 'shelved_offloaded' }, offloading);
  await build.site.tracker.release(textField(build.instance, 'uuid'));
  await save(build, { availability_zone: null, host: null, launched_on: null, node: null });
}
