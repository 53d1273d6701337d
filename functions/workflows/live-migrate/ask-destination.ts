import { computeNodeAddress, documentAddress, migrationAddress } from '#records/item-addresses';
import { readAhead } from '#records/remembered-reads';
import type { Services } from '#ports/services';
import { lowerMessage } from '#conductor/compute-rpc';
import { computeCap } from '#servers/compute-cap';
import { DestinationRejected } from '#errors';
import { migrationWire } from '#servers/migration-wire';
import { readOperation } from '#operations/operation-document';
import { registerCall } from '#operations/waiting-call';
import { ASKED, hostsAttribute } from '#records/operation';
import { updateOwned } from '#operations/own-operation';
import { storedInstance } from '#servers/stored-instance';
import { mustBeWire } from '#wire/wire-object';
import type { StepEvent } from '../step.ts';
import { hypervisorsRefusal } from './hypervisors.ts';
import { lookedAt } from './looked-at.ts';
import { callId, ownership, type PlacedState } from './state.ts';

/**
 * Asks the candidate whether it can take the server (nova.conductor.tasks.live_migrate `_call_livem_checks_on_host`):
 * check_can_live_migrate_destination, a call whose answer completes the token; until the next question that host may
 * record events of the server. The order reads it. Has no undo: a token that timed out is nobody's.
 *
 * @throws DestinationRejected for one that is known not to take it: by its hypervisor, or by the server's devices
 */
export async function askDestination(
  services: Services,
  { state, execution, token }: StepEvent<PlacedState>,
): Promise<void> {
  if (token === undefined) throw new Error('Ask destination runs with a task token');
  if (state.unfit === true) throw new DestinationRejected();
  const { server: instance, host, migration, ask_seconds, asked } = state;
  const { cell } = ownership(state, execution);
  const messageId = callId(state, execution);
  const places = [documentAddress(state.request), migrationAddress(cell.name, instance, migration)];
  await readAhead(
    services,
    ...places,
    ...(state.kind === 'forced' ? [] : [computeNodeAddress(cell.name, state.node_uuid)]),
  );
  const refusal = await hypervisorsRefusal(services, state);
  if (refusal !== undefined) {
    services.log.info('destination rejected', { instance, host, error: refusal.name });
    throw new DestinationRejected();
  }
  const { context, arguments: args, pci_requests } = await readOperation(services, state.request);
  if (!(await registerCall(services, { messageId, host, token }, asked))) return;
  await updateOwned(services, ownership(state, execution), { [ASKED]: hostsAttribute(host) });
  const question = {
    instance: lookedAt(
      mustBeWire(args['instance'], 'the instance'),
      await storedInstance(services, cell.name, instance),
      pci_requests,
    ),
    block_migration: args['block_migration'] ?? null,
    disk_over_commit: args['disk_over_commit'] ?? null,
    migration: await migrationWire(services, cell.name, instance, migration),
    limits: state.limits ?? null,
  };
  await services.compute.call({
    cell: cell.name,
    host,
    method: 'check_can_live_migrate_destination',
    ...lowerMessage(
      'check_can_live_migrate_destination',
      question,
      await computeCap(services, cell, context, 'check_can_live_migrate_destination'),
    ),
    context,
    uniqueId: `check-${messageId}`,
    messageId,
    timeoutSeconds: ask_seconds,
  });
}
