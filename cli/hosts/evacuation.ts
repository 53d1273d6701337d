import { newObject } from '#wire/wire';
import { FINAL_STATUSES } from '#conductor/settled';
import type { Item } from '#ports/tables';
import { inParallel } from '#records/in-parallel';
import { cellTable, instanceKey } from '#records/keys';
import type { Cell } from '#records/method';
import { partitionOf, instanceRow, instancesOn } from '#cli/inventory/instances';
import { beginRequest, destroyInstance, specOf, type RequestPorts } from '#cli/servers/server-request';
import { profileOfFlavor } from '#request-specs/needs-of-instance';
import { instanceItem } from '#records/items/instance';
import { migrationItem, type MigrationItem } from '#records/items/migration';
import { faultItem } from '#records/items/instance-fault';

/** What became of one server. */
export interface Moved {
  readonly uuid: string;
  readonly name: string;
  /** Null for one that stays, or is deleted. */
  readonly to: string | null;
  readonly why: string | null;
  /** Whether it is deleted, so that nothing of it is left to be moved. */
  readonly isDeleted: boolean;
}

/** Whether a server is still on its host. */
export const stays = ({ to, isDeleted }: Moved): boolean => to === null && !isDeleted;

/** What became of a server, as a line says it behind the server's name. */
export function outcomeText(moved: Moved): string {
  if (moved.to !== null) return `is on ${moved.to}`;
  return `${stays(moved) ? 'stays' : 'is deleted'}: ${moved.why}`;
}

/** What an evacuation reaches of a deployment. */
export type EvacuationPorts = RequestPorts;

/** How a host is evacuated. */
export interface Evacuation {
  readonly source: string;
  /** Undefined: the scheduler chooses. */
  readonly to: string | undefined;
  /** Seconds to wait for one server. */
  readonly timeoutSeconds: number;
}

/** Evacuates all servers of a host, so many at a time; `progress` is called with each that has come to an end. */
export async function evacuateHost(
  target: EvacuationPorts,
  cell: Cell,
  how: Evacuation & { readonly parallel: number },
  progress: (moved: Moved, ended: number, all: number) => void,
): Promise<Moved[]> {
  const instances = await instancesOn(target, cell.name, how.source);
  const moved: Moved[] = [];
  await inParallel(instances, how.parallel, async (item) => {
    const one = await evacuateInstance(target, cell, item, how);
    moved.push(one);
    progress(one, moved.length, instances.length);
  });
  return moved;
}

/** The states from which a server can be evacuated (Nova's API refuses others as well). */
const EVACUABLE = ['active', 'stopped', 'error'];

/** A compute has no account of its own for the accelerator service, and asks by the token of the request. */
const NO_TOKEN = 'it has devices, for which its new host needs a token: name one by --token-file';

/** Milliseconds between two looks at a server. */
const LOOK = 1000;

/**
 * Evacuates one server and waits for it, as Nova's API asks for it: task_state, action and migration by the object
 * proxy, then the cast. One that is on its way already is only waited for, so the command may be repeated.
 */
async function evacuateInstance(target: EvacuationPorts, cell: Cell, item: Item, how: Evacuation): Promise<Moved> {
  const { source } = how;
  const { uuid, name, vmState, taskState, owners } = instanceRow(cell.name, item);
  const moved = (to: string | null, why: string | null, isDeleted = false): Moved => ({
    uuid,
    name: name ?? '',
    to,
    why,
    isDeleted,
  });
  const underWay = owners.some((owner) => owner.startsWith('rebuild/'));
  if (!underWay && owners.length > 0) return moved(null, `${owners.join(', ')} is at work on it`);
  if (!underWay && ![...EVACUABLE, 'deleted'].includes(vmState)) return moved(null, `its vm_state is ${vmState}`);
  if (!underWay && target.token === undefined && profileOfFlavor(instanceItem(item).flavor) !== undefined)
    return moved(null, NO_TOKEN);
  try {
    // Its guest is gone, and its host died before it said so for good (nova.compute.manager _complete_deletion).
    if (vmState === 'deleted') {
      await destroyInstance(target, cell.name, item);
      return moved(null, `${source} had deleted it but for its records`, true);
    }
    if (!underWay) await ask(target, cell, item, how);
    return await outcome(target, cell, item, how, moved);
  } catch (error) {
    return moved(null, `${taskState ?? vmState}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function ask(target: EvacuationPorts, cell: Cell, item: Item, { source, to }: Evacuation): Promise<void> {
  const { client } = target;
  const { uuid, node } = instanceItem(item);
  const begun = { action: 'evacuate', fields: { task_state: 'rebuilding' } };
  const { context, instance } = await beginRequest(target, cell.name, item, begun);
  if ((await acceptedEvacuation(target, cell, uuid, source)) === undefined) {
    const migration = newObject('Migration', '1.7', {
      instance_uuid: uuid,
      migration_type: 'evacuation',
      status: 'accepted',
      source_compute: source,
      source_node: node,
      ...(to === undefined ? {} : { dest_compute: to }),
    });
    await client.objectAction(context, migration, 'create', {}, { cell: cell.name });
  }
  await client.cast(
    'rebuild_instance',
    '1.24',
    {
      instance,
      new_pass: null,
      injected_files: null,
      image_ref: null,
      orig_image_ref: null,
      orig_sys_metadata: null,
      bdms: null,
      recreate: true,
      on_shared_storage: null,
      preserve_ephemeral: false,
      host: to ?? null,
      request_spec: await specOf(target, uuid),
      reimage_boot_volume: false,
    },
    context,
  );
}

/** A migration from the host that an earlier run made and nobody has taken up. */
async function acceptedEvacuation(
  target: EvacuationPorts,
  cell: Cell,
  uuid: string,
  source: string,
): Promise<MigrationItem | undefined> {
  const items = await partitionOf(target, cell.name, uuid);
  return migrationsAmong(items).find(
    ({ migration_type, status, source_compute }) =>
      migration_type === 'evacuation' && status === 'accepted' && source_compute === source,
  );
}

/** Waits until the server is elsewhere, or nothing is at work on it any more. */
async function outcome(
  target: EvacuationPorts,
  cell: Cell,
  item: Item,
  { source, timeoutSeconds }: Evacuation,
  moved: (to: string | null, why: string | null, isDeleted?: boolean) => Moved,
): Promise<Moved> {
  const { uuid } = instanceItem(item);
  const until = target.clock.now() + timeoutSeconds * 1000;
  while (target.clock.now() <= until) {
    const items = await partitionOf(target, cell.name, uuid);
    const now = items.filter(({ sk }) => sk === 'instance').map(instanceItem)[0];
    if (now === undefined || now.deleted) return moved(null, 'it was deleted meanwhile', true);
    const over = FINAL_STATUSES.has(latest(migrationsAmong(items))?.status ?? '') && now.task_state === null;
    if (over && now.host !== source) return moved(now.host, null);
    if (over) return moved(null, latest(faultsAmong(items))?.message || 'nothing says why');
    await new Promise<void>((done) => target.clock.timer(LOOK, done));
  }
  const left = await target.tables.get(cellTable(cell.name), instanceKey(uuid));
  const task = left === undefined ? null : instanceItem(left).task_state;
  return moved(null, `still ${task ?? 'on its way'} after ${timeoutSeconds} seconds: run this again to wait on`);
}

const migrationsAmong = (items: readonly Item[]) =>
  items.filter(({ sk }) => sk.startsWith('migration#')).map(migrationItem);

const faultsAmong = (items: readonly Item[]) => items.filter(({ sk }) => sk.startsWith('fault#')).map(faultItem);

const latest = <T extends { readonly id: number | null }>(items: readonly T[]): T | undefined =>
  items.toSorted((a, b) => (b.id ?? 0) - (a.id ?? 0))[0];
