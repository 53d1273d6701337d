import { EmbeddedPlacement } from '#placement/embedded-placement';
import { FilterScheduler } from '#scheduler/manager';
import type { SchedulerSettings } from '#scheduler/settings';
import type { WireObject } from '#ports/json';
import type { Provider } from '#ports/placement';
import type { DestinationRequest } from '#ports/scheduler';
import type { Tables } from '#ports/tables';
import { textOf } from '#wire/reading';
import { equalHosts, makeFleet, NOW, seededRandom } from '../fixtures/fleet.ts';
import { destinationRequest } from '../fixtures/request-spec.ts';
import { memoryTables } from '../fixtures/tables.ts';

interface WorldOptions {
  readonly hosts?: readonly Provider[];
  readonly settings?: Partial<SchedulerSettings>;
  readonly seed?: number;
  /** Tables that the scheduler sees in place of the fleet's own. */
  readonly through?: (tables: Tables) => Tables;
}

/** A scheduler over a fleet in memory. */
export async function schedulerWorld({ hosts = equalHosts(3), settings = {}, seed = 1, through }: WorldOptions = {}) {
  const { tables, requests } = memoryTables();
  await makeFleet(tables, hosts);
  const empty = tables.dump();
  requests.length = 0;
  const make = (itsSeed = seed): FilterScheduler =>
    new FilterScheduler({
      tables: through?.(tables) ?? tables,
      clock: { now: () => NOW },
      random: seededRandom(itsSeed),
      settings,
    });
  const scheduler = make();
  return {
    tables,
    requests,
    empty,
    make,
    scheduler,
    placement: new EmbeddedPlacement(tables),
    /** Names of the hosts selected for each instance, alternates included. */
    select: async (changes: Partial<DestinationRequest> = {}): Promise<string[][]> =>
      hostNames(await scheduler.selectDestinations(destinationRequest(changes))),
  };
}

export const hostNames = (lists: readonly (readonly WireObject[])[]): string[][] =>
  lists.map((list) => list.map((selection) => textOf(selection['nova_object.data']['service_host']) ?? ''));

export const instances = (count: number): string[] => Array.from({ length: count }, (_, at) => `instance-${at + 1}`);
