import { countCalls, type CountedCall } from '../test/meter/calls.ts';
import type { Consumption } from '../test/meter/consumption.ts';
import {
  countBuild,
  countHeartbeats,
  countOperation,
  indexUnitsOfBuilds,
  OPERATION_NAMES,
} from '../test/meter/operations.ts';
import { WATCHED_SECONDS } from '../test/meter/operations.ts';
import type { HostCounts } from './cost-page.ts';

/** All that the pages of cost and of the account are written from. */
export interface AllCounts {
  readonly operations: readonly (readonly [name: string, one: Consumption])[];
  readonly saves: readonly CountedCall[];
  readonly hosts: HostCounts;
  /** The same of a host that makes direct calls, and a build by it. */
  readonly direct: HostCounts;
  readonly directBuild: Consumption;
  /** Units that a build writes to each key of an index, the most first. */
  readonly indexKeys: readonly (readonly [key: string, units: number])[];
}

/** Builds of which the keys of indexes are counted. */
const BUILDS = 60;

/** Counts everything, in worlds of their own. */
export async function countAll(): Promise<AllCounts> {
  const operations: (readonly [string, Consumption])[] = [];
  for (const name of OPERATION_NAMES) operations.push([name, await countOperation(name)]);
  const { saves, periodic } = await countCalls();
  const heartbeats = await countHeartbeats();
  const direct: HostCounts = {
    heartbeats: await countHeartbeats(true),
    seconds: WATCHED_SECONDS,
    periodic: (await countCalls(true)).periodic,
  };
  const directBuild = await countBuild(true);
  const indexKeys = [...(await indexUnitsOfBuilds(BUILDS))].toSorted(([, a], [, b]) => b - a);
  return {
    operations,
    saves,
    hosts: { heartbeats, seconds: WATCHED_SECONDS, periodic },
    direct,
    directBuild,
    indexKeys,
  };
}
