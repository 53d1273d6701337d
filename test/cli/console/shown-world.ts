import { randomIds } from '#adapters/system/ids';
import { SystemClock } from '#adapters/system/clock';
import { ConductorClient } from '#client';
import { buildCommand } from '#local/demo/requests';
import { objectArgument, textField } from '#local/fleet/order';
import { API, quotaKey } from '#records/keys';
import { localDeployment, type LocalDeployment } from '../local-deployment.ts';

const TINY = { id: 1, name: 'm1.tiny', vcpus: 1, memoryMb: 512, rootGb: 1 };
const HUGE = { id: 2, name: 'm1.huge', vcpus: 5000, memoryMb: 512, rootGb: 1 };

/** A world in which there is something to see. */
export interface ShownWorld {
  readonly local: LocalDeployment;
  /** Uuids of its servers by name. */
  readonly servers: ReadonlyMap<string, string>;
}

/**
 * Boots a world with two servers that are active, one that is being spawned for as long as anybody looks
 * (slow-db), one that fits nowhere (huge), a dead letter, and a project whose usage is counted wrong. They may still
 * be on their way when it is answered.
 */
export async function shownWorld(): Promise<ShownWorld> {
  const local = await localDeployment((order) =>
    textField(objectArgument(order, 'instance'), 'display_name').startsWith('slow') ? { delay: 600_000 } : 'build',
  );
  const ends = { ids: randomIds, clock: new SystemClock() };
  const client = new ConductorClient({ bus: local.world.bus, ...ends });
  const servers = new Map<string, string>();
  for (const name of ['web-1', 'web-2', 'slow-db', 'huge']) {
    // A project of its own: while it is placed, what it asks for counts against the quota of the others of its project.
    const huge = { flavor: HUGE, project: 'lab' };
    const wanted = { names: [name], ...(name === 'huge' ? huge : { flavor: TINY, project: 'shop' }) };
    const { context, args, uuids } = buildCommand(ends, wanted);
    await client.scheduleAndBuildInstances(context, args);
    servers.set(name, uuids[0] ?? '');
  }
  const { queueAdmin, tables } = local.target(true);
  await tables.update(API, quotaKey('former'), { add: { instances: 3 } });
  await queueAdmin.send('compute-task-dlq', 'no envelope', { reason: 'MalformedMessage' });
  return { local, servers };
}
