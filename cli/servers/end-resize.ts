import type { ConductorClient } from '#client';
import type { RequestContext } from '#ports/context';
import type { WireObject } from '#ports/json';
import type { Item } from '#ports/tables';
import { instanceItem } from '#records/items/instance';
import { migrationOf } from '#records/methods/migration';
import { setFields } from '#wire/wire';
import { beginRequest, specOf, type RequestPorts } from './server-request.ts';

/** How the user of a resized server answers: it stays as it is, or is as it was. */
export type ResizeAnswer = 'confirm' | 'revert';

/** A server that was resized across cells, as the cell that shows it records it. */
export interface Resized {
  readonly cell: string;
  readonly item: Item;
  /** The item of the migration. */
  readonly migration: Item;
}

/** What Nova's API marks and calls for each. */
const ASKED = {
  confirm: { action: 'confirmResize', fields: {}, status: 'confirming', minor: 22 },
  revert: { action: 'revertResize', fields: { task_state: 'resize_reverting' }, status: 'reverting', minor: 23 },
} as const;

/**
 * Which of a server's resizes across cells is to be ended: one that waits for its user, since
 * nothing begins before, or the last.
 */
export const lastResize = <T extends { readonly status: string; readonly createdAt: string | null }>(
  resizes: readonly T[],
): T | undefined =>
  resizes.find(({ status }) => status === 'finished') ??
  resizes.toSorted((a, b) => (a.createdAt ?? '').localeCompare(b.createdAt ?? '')).at(-1);

/**
 * Asks for the end of a resize across cells as Nova's API does, and waits for no answer.
 *
 * @throws UnexpectedTaskStateError when something else began meanwhile
 */
export async function endResize(
  ports: RequestPorts,
  { cell, item, migration }: Resized,
  answer: ResizeAnswer,
): Promise<void> {
  const { action, fields, status, minor } = ASKED[answer];
  const { context, instance } = await beginRequest(ports, cell, item, { action, fields });
  if (answer === 'revert') await revertedSpec(ports, context, item);
  const args = { instance, migration: await markedMigration(ports, context, { cell, migration }, status) };
  await ports.client.cast(`${answer}_snapshot_based_resize`, `1.${minor}`, args, context);
}

/**
 * The stored request spec of a server whose resize is reverted, with the flavor that it has again: later moves claim by
 * it (nova.compute.api.API.revert_resize).
 */
export async function revertedSpec(
  ports: RequestPorts,
  context: RequestContext,
  item: Item,
): Promise<WireObject | null> {
  const { uuid, old_flavor } = instanceItem(item);
  const spec = await specOf(ports, uuid);
  if (spec === null || old_flavor === null) return spec;
  const { object } = await ports.client.objectAction(context, setFields(spec, { flavor: old_flavor }), 'save');
  return object;
}

/** The migration, which says from now on what comes of the resize. */
export async function markedMigration(
  { client }: { readonly client: ConductorClient },
  context: RequestContext,
  { cell, migration }: Pick<Resized, 'cell' | 'migration'>,
  status: string,
): Promise<WireObject> {
  const marked = setFields(migrationOf(migration).toPrimitive(), { status });
  const { object } = await client.objectAction(context, marked, 'save', {}, { cell });
  return object;
}
