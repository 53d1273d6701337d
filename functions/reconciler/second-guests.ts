import { createHash } from 'node:crypto';
import { lowerMessage } from '#conductor/compute-rpc';
import { secondGuest, type SecondGuestDecision } from '#conductor/second-guest';
import { all, contains, equals, exists, not } from '#ports/conditions';
import type { RequestContext } from '#ports/context';
import type { Services } from '#ports/services';
import { ConditionFailed, type Attributes, type Item } from '#ports/tables';
import { isAtWork } from '#records/authority/conditions';
import { instanceOf } from '#records/instance-item';
import { destroyedBy, givenUpBy, givenUpHosts } from '#records/items/given-up';
import { instanceItem } from '#records/items/instance';
import { orderedEnd, SECOND_GUESTS, secondGuestItem } from '#records/items/second-guest';
import { cellTable, instanceKey, secondGuestKey } from '#records/keys';
import { lookedUp } from '#records/lookup';
import type { Cell } from '#records/method';
import { HOSTS, hostMark } from '#records/operation';
import { computeCap } from '#servers/compute-cap';
import { externalResourcesOf } from '#servers/external-resources';
import { mappedCells } from './mapped-cells.ts';

/** What a look at second guests works with. */
export type SecondGuestServices = Pick<Services, 'clock' | 'compute' | 'config' | 'counter' | 'ids' | 'log' | 'tables'>;

/** A guest that a host has shown, and the record of its server. */
interface Shown {
  readonly cell: Cell;
  readonly guest: ReturnType<typeof secondGuestItem>;
  readonly server: Item | undefined;
}

/**
 * What destroys a guest of a compute and touches neither record nor claim (nova ComputeManager
 * `rollback_live_migration_at_destination`): computes end so what a live migration has left with them.
 */
const METHOD = 'rollback_live_migration_at_destination';

/** What the drivers of hypervisors look up when a guest ends. */
const LOADED = ['info_cache', 'metadata', 'system_metadata', 'flavor', 'migration_context', 'resources'];

/**
 * Has hosts that were given up and have come back destroy the guests of servers that are elsewhere by now. Their
 * answers belong to an order of ours, so that they are taken without a write on the server's record.
 */
export async function destroySecondGuests(services: SecondGuestServices): Promise<void> {
  const { log, tables } = services;
  for (const cell of await mappedCells(services)) {
    for (const item of await lookedUp(tables, cellTable(cell.name), [SECOND_GUESTS])) {
      const guest = secondGuestItem(item);
      const instance = await tables.get(cellTable(cell.name), instanceKey(guest.uuid));
      const shown = { cell, guest, server: instance };
      const { kind, reason } = await decide(services, shown);
      if (kind === 'forget') await tables.delete(cellTable(cell.name), secondGuestKey(guest.host, guest.uuid));
      if (kind !== 'destroy' || instance === undefined || !(await fence(services, shown))) continue;
      await order(services, shown, instance);
      log.warn('a host is ordered to destroy a second guest', { instance: guest.uuid, host: guest.host, reason });
    }
  }
}

async function decide(services: SecondGuestServices, { cell, guest, server }: Shown): Promise<SecondGuestDecision> {
  const { host, uuid, shown_at: shownAt, ordered_at: orderedAt } = guest;
  const instance: Attributes = server ?? {};
  const { deleted, host: recorded } = instanceItem(instance);
  const isHere = recorded === host || isAtWork(instance, [host]);
  const lost = givenUpHosts(instance).find((each) => each.host === host);
  return secondGuest({
    server: deleted ? 'gone' : isHere ? 'here' : 'elsewhere',
    givenUp: lost !== undefined,
    kept: lost?.kept === true,
    external: await externalResourcesOf(services, cell.name, uuid),
    shownAt,
    orderedAt,
  });
}

/** The same for the same showing: an order that is given again is one to the host. */
function requestOf({ guest }: Shown): string {
  const hash = createHash('sha256').update(`${guest.host} ${guest.uuid} ${guest.shown_at}`).digest('hex');
  return `req-${hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/u, '$1-$2-$3-$4-$5')}`;
}

/** Notes on the server which order the host answers to from now on; false when it has been given the server anew. */
async function fence({ tables }: SecondGuestServices, shown: Shown): Promise<boolean> {
  const { cell, guest } = shown;
  const given = all(exists, not(equals(givenUpBy(guest.host), null)), not(contains(HOSTS, hostMark(guest.host))));
  try {
    const set = { [destroyedBy(guest.host)]: requestOf(shown) };
    await tables.update(cellTable(cell.name), instanceKey(guest.uuid), { set }, given);
    return true;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    return false;
  }
}

async function order(services: SecondGuestServices, shown: Shown, instance: Item): Promise<void> {
  const { cell, guest } = shown;
  const { host, uuid } = guest;
  const { project_id, user_id } = instanceItem(instance);
  const now = services.clock.now();
  const context: RequestContext = {
    request_id: requestOf(shown),
    user_id,
    project_id,
    is_admin: true,
    read_deleted: 'no',
    timestamp: new Date(now).toISOString().replace('Z', ''),
  };
  const cap = await computeCap(services, cell, context, METHOD);
  // Whether hosts share the disks of their guests is not known here: they are left.
  const args = { instance: instanceOf(instance, LOADED).toPrimitive(), destroy_disks: false, migrate_data: null };
  await services.compute.cast({
    cell: cell.name,
    host,
    method: METHOD,
    ...lowerMessage(METHOD, args, cap),
    context,
    uniqueId: `second-guest-${uuid}-${host}-${guest.shown_at}`,
  });
  await noteOrder(services, shown, now);
}

/** A quick host may have answered by now, which takes the note away. */
async function noteOrder({ tables }: SecondGuestServices, { cell, guest }: Shown, now: number): Promise<void> {
  try {
    const set = orderedEnd(now);
    await tables.update(cellTable(cell.name), secondGuestKey(guest.host, guest.uuid), { set }, exists);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}
