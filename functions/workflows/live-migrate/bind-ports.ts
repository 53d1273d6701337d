import { isSoftReject } from '#conductor/live-migration';
import { boundInterfaces, migratedInterfaces, mustBeCached, wantedBindings } from '#conductor/port-bindings';
import { MigrationPreCheckError } from '#errors';
import type { NetworkPorts, PortBinding, PortNeeds } from '#ports/network-ports';
import type { Services } from '#ports/services';
import { moveBindings } from '#operations/move-bindings';
import { noteOnOperation, readOperation, type StoredOperation } from '#operations/operation-document';
import { answerOf } from '#operations/waiting-call';
import { cachedInterfaces } from '#request-specs/cached-networks';
import { storedInstance } from '#servers/stored-instance';
import { mustBeWire } from '#wire/wire-object';
import type { Ended, StepEvent } from '../step.ts';
import { callId, type MigratingState, type PlacedState } from './state.ts';

const NO_NEEDS: PortNeeds = { groups: [], sameSubtree: [], grouped: false };

/**
 * Binds the server's ports to the destination, inactive, and notes how (nova.conductor.tasks.live_migrate
 * `_bind_ports_on_destination`). A destination on which they cannot be bound is rejected like one that refused. Nothing
 * is bound where the network service binds a port to one host alone. A repeat takes what is bound.
 *
 * @throws MigrationPreCheckError when the ports cannot be bound to a forced host
 * @throws ServiceNotReached
 */
export async function bindPorts(
  services: Services,
  { state, execution }: StepEvent<PlacedState>,
): Promise<Ended<PlacedState>> {
  const { networkPorts } = services;
  const going = { state, outcome: state.kind };
  if (networkPorts === undefined) return going;
  const document = await readOperation(services, state.request);
  if (!(await networkPorts.hasBindings(document.context))) return going;
  try {
    const bindings = await bind({ ...services, networkPorts }, state, execution, document);
    await noteOnOperation(services, state.request, { bindings: boundInterfaces(bindings) });
    return going;
  } catch (error) {
    if (!isSoftReject(error)) throw error;
    services.log.info('destination rejected', { instance: state.server, host: state.host, error: String(error) });
    if (state.kind === 'scheduled') return { state, outcome: 'rejected' };
    if (error instanceof MigrationPreCheckError) throw error;
    throw new MigrationPreCheckError({ reason: error instanceof Error ? error.message : '' }, { cause: error });
  }
}

async function bind(
  services: Services & { readonly networkPorts: NetworkPorts },
  state: PlacedState,
  execution: string,
  { context }: StoredOperation,
): Promise<ReadonlyMap<string, PortBinding>> {
  const { networkPorts } = services;
  const { server: instance, cell, host, mapping = {} } = state;
  const answer = await answerOf(services, callId(state, execution));
  const interfaces = cachedInterfaces(await storedInstance(services, cell, instance));
  const migrated = migratedInterfaces(mustBeWire(answer?.result ?? null, 'the migrate data'), interfaces);
  mustBeCached(migrated, interfaces);
  const needs = Object.keys(mapping).length === 0 ? NO_NEEDS : await networkPorts.needs(context, instance);
  return networkPorts.bind(context, host, wantedBindings(interfaces, migrated, needs, mapping));
}

/** Undo: the ports are bound to the source alone. */
export async function undoBindPorts(
  services: Services,
  { state }: StepEvent<MigratingState & Partial<PlacedState>>,
): Promise<void> {
  if (services.networkPorts === undefined || state.host === undefined) return;
  const { context } = await readOperation(services, state.request);
  await moveBindings(services, { context, uuid: state.server, stays: state.source_host, leaves: state.host });
}
