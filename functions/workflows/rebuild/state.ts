import type { RebuildPath } from '#conductor/rebuild';
import type { JsonMap } from '#ports/json';
import type { ActionScope } from '#operations/action-scope';
import type { RequestContext } from '#ports/context';
import type { RequestState, WaitingState } from '../state.ts';

/*
 * Theory of operation.
 *
 * A rebuild stays on the server's host; an evacuation takes the server to another one because its own is dead, and says
 * so by a migration that the API made. The execution owns the server under `op:rebuild:` names until a host has settled
 * it: a rebuild by its task, an evacuation by its migration, since an evacuated server passes through a null task_state
 * on the way.
 *
 * An evacuated server must never run twice. A source that lives is refused at the start; the registration that precedes
 * the order makes the destination the only host that may write the record, so a source that comes back changes nothing.
 * When the destination fails, the same kind of write gives the record back to the host that it names.
 *
 * Claims: a chosen destination is claimed under the execution's name beside what the source holds. In the end the
 * server holds what is on its host and nothing else: Conclude releases the source, Undo: Choose host the destination.
 */

/** The state once the server's cell is known. */
export interface TargetedState extends RequestState, WaitingState {
  cell: string;
  cell_uuid: string;
  path: RebuildPath;
  /** What it is restored to when nothing was begun. */
  vm_state: string;
  /** The host that has the server. */
  source_host: string;
  source_node: string;
  /** uuid of the migration that the API made, null for none. */
  migration: string | null;
}

/** The state once a host is chosen. */
export interface PlacedState extends TargetedState {
  host: string;
  /** Null when a host was given, as in Nova. */
  node: string | null;
  limits: JsonMap | null;
  zone: string;
}

/** The action event of a rebuild. */
export const scope = (state: TargetedState, context: RequestContext, execution: string): ActionScope => ({
  cell: { name: state.cell, uuid: state.cell_uuid },
  uuid: state.server,
  context,
  events: ['rebuild_server'],
  writer: `rebuild_server-${execution}`,
});
