import { NoValidHost } from '#errors';
import type { Services } from '#ports/services';
import { noteOnOperation, readOperation } from '#operations/operation-document';
import { fieldsOf, isWireObject, mapOf } from '#wire/reading';
import { storedInstance } from '#servers/stored-instance';
import { specOfMove } from '#request-specs/spec-of-move';
import { untilAnswered } from '../ask-scheduler.ts';
import type { StepEvent } from '../step.ts';
import { placedOn } from './placed-on.ts';
import type { MigratingState, PlacedState } from './state.ts';
import { mustBeWire } from '#wire/wire-object';

/**
 * Asks the scheduler for a destination in the server's cell and notes the answer with the request (conductor.md section
 * 11.2.8).
 *
 * @throws NoValidHost, UnsupportedPolicyException, MessagingTimeout
 */
export async function selectDestination(
  services: Services,
  { state, execution }: StepEvent<MigratingState>,
): Promise<PlacedState> {
  const { server: instance, request } = state;
  const { context, arguments: args, needs } = await readOperation(services, request);
  const spec = await specOfMove(services, {
    cell: { name: state.cell, uuid: state.cell_uuid },
    instance: await storedInstance(services, state.cell, instance),
    spec: args['request_spec'],
    flavor: args['flavor'],
    filterProperties: mapOf(args['filter_properties']),
    needs,
  });
  const question = {
    context,
    spec: mustBeWire(spec.toPrimitive(), 'a request spec'),
    instanceUuids: [instance],
    alternates: true,
    operation: execution,
  };
  const ask = () => services.scheduler.selectDestinations(question);
  const [list = []] = await untilAnswered(services, [instance], ask);
  const selections = list.filter(isWireObject);
  const [selection] = selections;
  if (selection === undefined) throw new NoValidHost({ reason: '' });
  await noteOnOperation(services, request, { selections });
  return placedOn(state, selection, { attempt: state.attempt + 1, chosen: 0 });
}

/** Undo: the claim on the destination is released where Undo of the swap will not replace it. */
export async function undoSelectDestination(
  services: Services,
  { state }: StepEvent<MigratingState & Partial<PlacedState>>,
): Promise<void> {
  if (!state.swapped) await releaseDestination(services, state);
}

/** Releases what the server holds on the destination at hand, and nothing else. */
export async function releaseDestination(
  services: Pick<Services, 'placement' | 'tables' | 'sealer'>,
  state: MigratingState & Partial<PlacedState>,
): Promise<void> {
  const { server: instance, chosen } = state;
  if (state.swapped) {
    await services.placement.release(instance);
    return;
  }
  if (chosen === undefined || chosen < 0) return;
  const { selections } = await readOperation(services, state.request);
  const node = fieldsOf(selections[chosen])['compute_node_uuid'];
  if (typeof node !== 'string') return;
  const held = (await services.placement.allocations(instance))[node];
  if (held !== undefined) await services.placement.removeProvider(instance, node, held);
}
