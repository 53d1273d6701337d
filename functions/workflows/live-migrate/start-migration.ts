import type { Services } from '#ports/services';
import { lowerMessage, secondTopic } from '#conductor/compute-rpc';
import { withBindings } from '#conductor/port-bindings';
import { equals, not } from '#ports/conditions';
import type { Json } from '#ports/json';
import type { Item } from '#ports/tables';
import { cachedInterfaces } from '#request-specs/cached-networks';
import { computeCap } from '#servers/compute-cap';
import { inZone } from '#servers/instance-in-zone';
import { cellTable, migrationKey } from '#records/keys';
import { migrationOf, saveMigration } from '#records/methods/migration';
import { migrationWire } from '#servers/migration-wire';
import { involved, operationNames } from '#records/operation';
import { readOperation, type StoredOperation } from '#operations/operation-document';
import { noteOrder } from '#operations/note-order';
import { answerOf } from '#operations/waiting-call';
import { MigrationNotFound } from '#errors';
import { storedInstance } from '#servers/stored-instance';
import type { StepEvent } from '../step.ts';
import { zoneOfHost } from '../zone-of-host.ts';
import { lookedAt } from './looked-at.ts';
import { callId, ownership, type PlacedState } from './state.ts';
import { mustBeWire } from '#wire/wire-object';

const LIVE = operationNames('live-migrate');

/**
 * Notes the destination on migration and server, then orders the source to move the server
 * (nova.conductor.tasks.live_migrate `_execute`), with what the destination answered. Needs no undo: Fail migration
 * fences.
 *
 * @throws InstanceNotFound when the server was deleted meanwhile
 * @throws InstanceInvalidState when its host has deleted it, and its user may restore it
 */
export async function startMigration(
  services: Services,
  { state, execution }: StepEvent<PlacedState>,
): Promise<PlacedState> {
  const { server: instance, host, node, source_host, source_node } = state;
  const { cell } = ownership(state, execution);
  const document = await readOperation(services, state.request);
  const { context, arguments: args } = document;
  const item = await services.tables.get(cellTable(cell.name), migrationKey(instance, state.migration));
  if (item === undefined) throw new MigrationNotFound({ migration_id: state.migration });
  const migration = migrationOf(item);
  migration.set('source_node', source_node).set('dest_node', node).set('dest_compute', host);
  await saveMigration({ ...services, cell, context }, migration);
  await noteOrder(services, ownership(state, execution), {
    set: involved(source_host, host),
    noted: not(equals(LIVE.orderedAt, null)),
  });

  const cap = await computeCap(services, cell, context, 'live_migration');
  const answer = await answerOf(services, callId(state, execution));
  const sent = mustBeWire(args['instance'], 'the instance');
  const stored = await storedInstance(services, cell.name, instance);
  const zone = state.zone ?? (await zoneOfHost(services, host));
  const message = {
    instance: lookedAt(inZone(sent, zone), stored, document.pci_requests),
    dest: host,
    block_migration: args['block_migration'] ?? null,
    migrate_data: bound(answer?.result ?? null, document, stored),
    migration: await migrationWire(services, cell.name, instance, state.migration),
  };
  await services.compute.cast({
    cell: cell.name,
    host: source_host,
    method: 'live_migration',
    ...lowerMessage('live_migration', message, cap),
    ...secondTopic('live_migration', cap),
    context,
    uniqueId: `live-migration-${instance}-${execution}`,
  });
  services.log.info('live_migration ordered', { instance, cell: cell.name, host: source_host, dest: host });
  return state;
}

/** What the destination answered, with its bindings of the server's ports where there are any. */
function bound(answer: Json, { bindings }: StoredOperation, item: Item): Json {
  if (Object.keys(bindings).length === 0) return answer;
  return withBindings(mustBeWire(answer, 'the migrate data'), cachedInterfaces(item), bindings);
}
