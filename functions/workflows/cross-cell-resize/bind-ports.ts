import { MigrationPreCheckError, NovaError, PortBindingFailed, ServiceUnusable } from '#errors';
import type { Services } from '#ports/services';
import { readOperation } from '#operations/operation-document';
import type { StepEvent } from '../step.ts';
import type { CrossingState } from './state.ts';

/**
 * Binds the ports of the server to the destination as well; its source keeps the active bindings. Where no network
 * service is named, the computes bind them.
 *
 * @throws MigrationPreCheckError when one cannot be bound; then those that were made are gone
 */
export async function bindPorts(services: Services, { state }: StepEvent<CrossingState>): Promise<CrossingState> {
  const { networkPorts } = services;
  if (networkPorts === undefined) return state;
  const { context } = await readOperation(services, state.request);
  const ports = await networkPorts.ofInstance(context, state.server);
  const wanted = ports.map(({ id: portId, vnicType, profile }) => ({ portId, vnicType, profile }));
  if (wanted.length === 0) return state;
  try {
    await networkPorts.bind(context, state.host, wanted);
  } catch (error) {
    if (!(error instanceof PortBindingFailed)) throw error;
    throw new MigrationPreCheckError({ reason: `Failed to bind ports on host ${state.host}: ${error.message}` });
  }
  return state;
}

/**
 * Undo: the destination has no binding any more. One that its source has activated by then gives way to the source's
 * first, so that no port is left unbound.
 */
export async function undoBindPorts(services: Services, { state }: StepEvent<CrossingState>): Promise<void> {
  const { networkPorts, log } = services;
  if (networkPorts === undefined) return;
  const { context } = await readOperation(services, state.request);
  for (const { id } of await networkPorts.ofInstance(context, state.server)) {
    try {
      const bindings = await networkPorts.bindings(context, id);
      const there = bindings.find(({ host }) => host === state.host);
      if (there?.status === 'ACTIVE') await networkPorts.activate(context, id, state.source_host);
      if (there !== undefined) await networkPorts.unbind(context, id, state.host);
    } catch (error) {
      if (!(error instanceof NovaError) || error instanceof ServiceUnusable) throw error;
      log.error('a binding of the destination stays', { instance: state.server, port: id, host: state.host }, error);
    }
  }
}
