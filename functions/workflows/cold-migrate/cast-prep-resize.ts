import { equals } from '#ports/conditions';
import type { Services } from '#ports/services';
import { lowerMessage } from '#conductor/compute-rpc';
import { specOf } from '#conductor/move-spec';
import { withProviders } from '#conductor/provider-mapping';
import { computeCap } from '#servers/compute-cap';
import { migrationWire } from '#servers/migration-wire';
import { ENDED, involved, operationNames } from '#records/operation';
import { readOperation } from '#operations/operation-document';
import { noteOrder } from '#operations/note-order';
import { fieldsOf, textOf, wireOf } from '#wire/reading';
import { selectionsOf } from '../selections-of.ts';
import type { StepEvent } from '../step.ts';
import { requestedSpec } from './requested-spec.ts';
import { prepResizeArguments } from './prep-resize-message.ts';
import type { PlacedState } from '../cold-move.ts';
import { ownership } from './state.ts';
import { mustBeWire } from '#wire/wire-object';

const COLD = operationNames('cold-migrate');

/**
 * Orders the destination to prepare (nova.conductor.tasks.migrate `MigrationTask._execute`). Attempt and hosts are
 * noted first, so that whatever the destination answers finds them. Needs no undo: Claim alternate fences, and so does
 * Fail migration.
 *
 * @throws InstanceNotFound when the server was deleted
 * @throws InstanceInvalidState when its host has deleted it, and its user may restore it
 * @throws KeyError when the selection does not say which providers meet what the server needs
 * @throws UnsupportedVersion for computes older than what is served
 */
export async function castPrepResize(
  services: Services,
  { state, execution }: StepEvent<PlacedState>,
): Promise<PlacedState> {
  const { server: uuid, host, attempt, source_host } = state;
  const { cell } = ownership(state, execution);
  const document = await readOperation(services, state.request);
  const { context, arguments: args } = document;
  const cap = await computeCap(services, cell, context, 'prep_resize');
  const instance = await noteOrder(services, ownership(state, execution), {
    set: { [COLD.attempt]: attempt, ...involved(source_host, host) },
    remove: [ENDED],
    noted: equals(COLD.attempt, attempt),
  });
  const selections = selectionsOf(state, document);
  const spec = await requestedSpec(services, document, cell, instance);
  const zone =
    textOf(fieldsOf(selections[state.chosen])['availability_zone']) ?? services.config.defaultAvailabilityZone;
  const message = prepResizeArguments({
    state,
    args,
    instance: mustBeWire(args['instance'], 'the instance'),
    migration: await migrationWire(services, cell.name, uuid, state.migration),
    spec: specOf(withProviders(mustBeWire(spec.toPrimitive(), 'a request spec'), wireOf(selections[state.chosen]))),
    selections,
    maxAttempts: services.config.maxAttempts,
    zone,
    cap,
  });
  await services.compute.cast({
    cell: cell.name,
    host,
    method: 'prep_resize',
    ...lowerMessage('prep_resize', message, cap),
    context,
    uniqueId: `prep-resize-${uuid}-${execution}-${attempt}`,
  });
  services.log.info('prep_resize ordered', { instance: uuid, cell: cell.name, host, attempt });
  return state;
}
