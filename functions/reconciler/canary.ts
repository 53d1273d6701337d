import { nextOfCanary, type CanaryDecision } from '#conductor/canary';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { canaryItem, type CanaryItem } from '#records/items/canary';
import { instanceItem } from '#records/items/instance';
import { API, canaryKey, cellTable, instanceKey } from '#records/keys';
import type { Cell } from '#records/method';
import { mappedCell } from '#records/target-cell';
import { buildCommand } from '#servers/build-command';
import { finishDeletion } from '#servers/finish-deletion';
import { orderDeletion, ownContext } from '#servers/order-deletion';
import { CONDUCTOR_SENDER } from '#wire/pulse';
import { requestEnvelope } from '#wire/envelope';

/** Of the project and the user that canaries belong to. */
const CANARY = 'canary';

/** Small enough for any host. */
const SIZE = { id: 0, name: CANARY, vcpus: 1, memoryMb: 128, rootGb: 1 };

/** An instance that is built to see whether it can be, as it stands. */
interface Canary {
  readonly host: string;
  readonly known: CanaryItem;
  /** Undefined until it is mapped to a cell and recorded there. */
  readonly found: { readonly cell: Cell; readonly item: Item } | undefined;
}

/**
 * Goes on with the canary of every canary host: builds an instance there by a message like any publisher's, has it
 * deleted once it runs, and reports whether the last one came to its end. A host whose canary cannot be looked at
 * keeps none of the others waiting.
 */
export async function tendCanaries(services: Services): Promise<void> {
  for (const host of services.config.canaryHosts ?? []) {
    try {
      await tend(services, host);
    } catch (error) {
      services.log.error('a canary cannot be looked at', { host }, error);
      services.log.count('canary_failing', { host });
    }
  }
}

async function tend(services: Services, host: string): Promise<void> {
  const { clock, config, log, tables } = services;
  const known = canaryItem(await tables.get(API, canaryKey(host)));
  const canary = { host, known, found: await find(services, known) };
  const decision = nextOfCanary({
    phase: known.phase,
    seconds: (clock.now() - known.since) / 1000,
    every: config.canaryMinutes * 60,
    instance: standing(canary),
  });
  const failed = await carryOut(services, canary, decision);
  if (failed) log.count('canary_failing', { host });
}

async function find(services: Services, { instance_uuid }: CanaryItem): Promise<Canary['found']> {
  if (instance_uuid === null) return undefined;
  const cell = await mappedCell(services, instance_uuid);
  const item = cell && (await services.tables.get(cellTable(cell.name), instanceKey(instance_uuid)));
  return cell === undefined || item === undefined ? undefined : { cell, item };
}

function standing({ found }: Canary): Parameters<typeof nextOfCanary>[0]['instance'] {
  // A record that was made stays, deleted or not: without one, nothing was made yet.
  if (found === undefined) return 'unplaced';
  const { deleted, vm_state } = instanceItem(found.item);
  if (deleted) return 'gone';
  return vm_state === 'active' || vm_state === 'error' ? vm_state : 'building';
}

/** @returns whether the last canary, or the one that is there, has failed */
async function carryOut(services: Services, canary: Canary, decision: CanaryDecision): Promise<boolean> {
  const { host, known } = canary;
  const { clock, log } = services;
  const since = clock.now();
  if (decision === 'wait') return known.failed;
  if (decision === 'build') {
    await build(services, canary, since);
    return known.failed;
  }
  if (decision === 'done') {
    // The round before may have died when the record had ended, and what it holds had not.
    await take(services, canary);
    // The one that failed and could be deleted at last has failed all the same.
    await remember(services, host, { ...known, instance_uuid: null, phase: null, since });
    log.info('a canary was built and deleted', { host, instance: known.instance_uuid, failed: known.failed });
    return known.failed;
  }
  const failed = decision === 'fail';
  const reason = failed ? `${known.phase ?? 'none'}: ${standing(canary)}` : null;
  if (failed) log.warn('a canary has failed', { host, instance: known.instance_uuid, reason });
  await take(services, canary);
  await remember(services, host, { ...known, phase: 'deleting', since, failed, reason });
  return failed;
}

const remember = ({ tables }: Services, host: string, canary: CanaryItem): Promise<void> =>
  tables.put(API, { ...canaryKey(host), host, ...canary });

/**
 * Asks for an instance on the host, as an API does. It is remembered first: one that is
 * forgotten would be deleted by nobody.
 */
async function build(services: Services, { host, known }: Canary, since: number): Promise<void> {
  const { config, queues } = services;
  const image = config.canaryImage;
  const { args, context, uuids } = buildCommand(services, {
    names: [`${CANARY}-${host}`],
    flavor: SIZE,
    project: CANARY,
    user: CANARY,
    host,
    ...(image === null ? {} : { image }),
  });
  const { request_spec, ...others } = args;
  const body = requestEnvelope({
    method: 'schedule_and_build_instances',
    namespace: 'compute_task',
    version: '1.17',
    args: { ...others, request_specs: request_spec, tags: null },
    context,
    uniqueId: services.ids.uuid(),
  });
  await remember(services, host, { ...known, instance_uuid: uuids[0] ?? null, phase: 'building', since });
  await queues.send('compute-task', { body, attributes: { sender: CONDUCTOR_SENDER } });
}

/**
 * Has the instance deleted: by its host, or where it has none by itself; one that is nowhere yet is looked at again.
 */
async function take(services: Services, { found }: Canary): Promise<void> {
  if (found === undefined) return;
  const { cell, item } = found;
  const { deleted, host, uuid } = instanceItem(item);
  if (host === null) {
    const context = ownContext(services, item);
    await finishDeletion(services, { cell: cell.name, item, context, execution: `canary-${uuid}` });
    return;
  }
  if (!deleted) await orderDeletion(services, { cell, item, host });
}
