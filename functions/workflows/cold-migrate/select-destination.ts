import { NoValidHost } from '#errors';
import type { Services } from '#ports/services';
import { noteOnOperation, readOperation } from '#operations/operation-document';
import { fieldsOf, isWireObject, textOf } from '#wire/reading';
import { storedInstance } from '#servers/stored-instance';
import { untilAnswered } from '../ask-scheduler.ts';
import type { StepEvent } from '../step.ts';
import { requestedSpec } from './requested-spec.ts';
import { placedOn } from './placed-on.ts';
import type { MigratingState, PlacedState } from '../cold-move.ts';
import { mustBeWire } from '#wire/wire-object';

/**
 * Asks the scheduler for a destination, in the server's cell unless it may leave it; an answer that leaves it is noted
 * with the request (nova.conductor.tasks.migrate `MigrationTask._execute`).
 *
 * @throws NoValidHost, UnsupportedPolicyException, MessagingTimeout
 */
export async function selectDestination(
  services: Services,
  { state, execution }: StepEvent<MigratingState>,
): Promise<PlacedState> {
  const { server: instance, request } = state;
  const document = await readOperation(services, request);
  const item = await storedInstance(services, state.cell, instance);
  const spec = await requestedSpec(services, document, { name: state.cell, uuid: state.cell_uuid }, item);
  const question = {
    context: document.context,
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
  const placed = placedOn(state, selection, { attempt: state.attempt + 1, chosen: 0 });
  const cell = textOf(fieldsOf(selection)['cell_uuid']) ?? state.cell_uuid;
  if (cell === state.cell_uuid) return { ...placed, way: 'within', selections };
  await noteOnOperation(services, request, { selections });
  return { ...placed, way: 'across' };
}
