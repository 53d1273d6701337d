import { flavorOf } from '#conductor/move-spec';
import type { Services } from '#ports/services';
import { readOperation } from '#operations/operation-document';
import { specAsRequested } from '#request-specs/spec-of-move';
import { crossingInstance } from '#servers/crossing-instance';
import { migrationWire } from '#servers/migration-wire';
import { storedInstance } from '#servers/stored-instance';
import { fieldsOf, mapOf } from '#wire/reading';
import { mustBeWire } from '#wire/wire-object';
import type { StepEvent } from '../step.ts';
import { askCompute } from '../ask-compute.ts';
import { callId, targetOf, type CrossingState } from './state.ts';

/**
 * Asks the destination to claim what the server needs: prep_snapshot_based_resize_at_dest, whose answer is the
 * migration context. Has no undo: the compute's claim goes with the copy.
 */
export async function askDestination(services: Services, event: StepEvent<CrossingState>): Promise<void> {
  const { state, execution } = event;
  const { server: instance, host, node, chosen, request, migration } = state;
  const { context, arguments: args, selections } = await readOperation(services, request);
  const cell = targetOf(state);
  const item = await storedInstance(services, cell.name, instance);
  const flavor = mustBeWire(args['flavor'], 'the flavor');
  const filterProperties = mapOf(args['filter_properties']);
  await askCompute(services, event, {
    cell,
    host,
    method: 'prep_snapshot_based_resize_at_dest',
    args: {
      instance: crossingInstance(item, flavor),
      flavor: mustBeWire(flavorOf(flavor).toPrimitive(), 'the flavor'),
      nodename: node,
      migration: await migrationWire(services, cell.name, instance, migration),
      limits: fieldsOf(selections[chosen])['limits'] ?? null,
      request_spec: specAsRequested({ instance: item, spec: args['request_spec'], flavor, filterProperties }),
    },
    context,
    messageId: callId(execution, 'prepare'),
  });
}
