import type { Wait } from '#operations/register-token';
import type { Json, WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import { fieldsOf, textOf } from '#wire/reading';
import type { RequestState, WaitingState } from '../state.ts';

/*
 * Theory of operation.
 *
 * A launch owns one server from its commit until a compute has settled it. What it owns it writes under `op:launch:`
 * names on the server's item (records/operation.ts): its execution, the attempt, the token that waits, and the hosts
 * that may write. The item's `op:hosts` names the attempt's host alone, so a host that was given up is fenced by the
 * very write that hands the server to the next one.
 *
 * The commit is one transaction, so there is no window in which a server half exists: before it there is a build
 * request, after it a server. The one server of a request is placed by its launch, counted by the commit, and ordered
 * by the Task that commits it (Place, Build on host); one of several was placed and counted with the others (Commit to
 * cell). Everything later can be repeated: registering overwrites the token, a cast carries an id made of operation,
 * server and attempt, a claim is made under the execution and the attempt.
 *
 * A server that its API has recorded before is not committed but mapped, in one transaction as well: the build request
 * goes, the record has its zone and its owner, the mapping its cell.
 *
 * The wait ends by whichever comes first: the object proxy sees the record settled, a compute's reschedule is stored,
 * or the time between two looks has passed and Check host decides (conductor/await-build.ts).
 */

/** What a launch's executions carry: ids and decisions. */
export interface LaunchState extends RequestState {
  /**
   * `place` for the one server of a request, which has no host yet, `build` for one of several that build has placed,
   * `existing` for one that its API has recorded, `reschedule` for one that a compute gave back.
   */
  entry: 'place' | 'build' | 'existing' | 'reschedule';
  /** Whose limits are likely to be looked at, of a server that is not counted yet. */
  project_id?: string | null;
  user_id?: string | null;
  /** Number of the attempt at hand, from 1. */
  attempt: number;
  /** Reschedules: the execution that owned the server and runs no more. */
  previous_owner?: string | null;
  /** `[host, node]` of every attempt so far. */
  tried: [string, string][];
}

/** The state once a host is chosen. */
export interface PlacedState extends LaunchState, WaitingState {
  cell: string;
  /** The cell's uuid, of a server that is recorded with its order. */
  cell_uuid?: string;
  /** What the scheduler chose, where it is not noted with the request. */
  selections?: WireObject[];
  host: string;
  node: string;
  /** uuids of the devices that the commit made; absent where a compute may have changed them. */
  devices?: string[];
  /** Why the host is given up, once that is so. */
  reason?: string;
  /** The host has not asked for it: it may go on with its order, and does not know. */
  gave_up?: boolean;
  /** The host's zone, of a server that was handed to an alternate. */
  availability_zone?: Json;
  /** Place of the host's Selection in the list that the scheduler, or the compute, gave. */
  chosen: number;
}

/** The place that a Selection stands for, of the first in its list. */
export function placeOf(
  { config }: Pick<Services, 'config'>,
  selection: WireObject,
): Pick<PlacedState, 'chosen' | 'host' | 'node' | 'wait_seconds'> {
  const { service_host, nodename } = fieldsOf(selection);
  const [host, node] = [textOf(service_host) ?? '', textOf(nodename) ?? ''];
  return { host, node, chosen: 0, wait_seconds: config.waitSeconds };
}

/** The state of a server that turned out to be settled, whose host may be known or not. */
export interface FencedState extends LaunchState, Omit<Partial<PlacedState>, keyof LaunchState | 'host'> {
  host: string | null;
}

/** The wait for the host that is ordered to build: only that host may write the record. */
export const buildWait = (state: PlacedState, execution: string, token: string): Wait => ({
  operation: 'launch',
  cell: state.cell,
  uuid: state.server,
  execution,
  token,
  attempt: state.attempt,
  hosts: [state.host],
  takesUnowned: true,
  // One that another operation owns by now is built.
  takenOver: 'active',
});
