import { ObjectActionError } from '#errors';
import { absent, exists } from '#ports/conditions';
import { TransactionRefused, type Action, type Attributes, type Item, type Key } from '#ports/tables';
import { uniqueNameItem, type UniqueNameItem } from '#records/items/unique-name';
import { API, uniqueNameKey } from '#records/keys';
import type { Records } from '#records/method';

/** A name that one record of the API level alone has. */
export interface UniqueName {
  /** What is named: `aggregate`, `flavor`, `flavorid`. */
  readonly kind: string;
  readonly name: string;
  /** The refusal of a second record of the name. */
  readonly taken: () => Error;
}

/** Keeps a name for the record of a key. */
export const reserveName = (key: Key, made_by: string, { kind, name }: UniqueName): Action => ({
  kind: 'update',
  table: API,
  key: uniqueNameKey(kind, name),
  update: { set: { made_by, record_pk: key.pk, record_sk: key.sk } satisfies UniqueNameItem },
  condition: absent,
});

/** Gives a name back. A record that was made before names were kept has none to give. */
export const giveNameBack = (kind: string, name: string | null): Action => ({
  kind: 'delete',
  table: API,
  key: uniqueNameKey(kind, name ?? ''),
});

/**
 * Deletes a record with its names.
 *
 * @param namesOf `[kind, name]` of each
 * @returns whether it was there
 */
export async function deleteNamed(
  { tables }: Pick<Records, 'tables'>,
  key: Key,
  namesOf: (item: Item) => readonly (readonly [string, string | null])[],
): Promise<boolean> {
  const item = await tables.get(API, key);
  if (item === undefined) return false;
  const names = namesOf(item).map(([kind, name]) => giveNameBack(kind, name));
  try {
    await tables.transact([{ kind: 'delete', table: API, key, condition: exists }, ...names]);
    return true;
  } catch (error) {
    if (error instanceof TransactionRefused) return false;
    throw error;
  }
}

/**
 * Makes a record with its names in one transaction, so that of two which are made at the same time one is refused. A
 * message that is delivered twice answers the record that it has made.
 *
 * @param made_by what distinguishes the message
 * @throws what `taken` of the first name says that another record has
 * @throws ObjectActionError when another record has the key
 */
export async function createNamed(
  records: Records,
  key: Key,
  attributes: Attributes & { readonly made_by: string },
  names: readonly UniqueName[],
): Promise<Item> {
  const { made_by } = attributes;
  try {
    await records.tables.transact([
      { kind: 'update', table: API, key, update: { set: attributes }, condition: absent },
      ...names.map((name) => reserveName(key, made_by, name)),
    ]);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    const at = names.findIndex((_, each) => error.refusals[each + 1] !== undefined);
    if (at < 0) throw new ObjectActionError({ action: 'create', reason: 'already created' });
    const holder = uniqueNameItem(error.refusals[at + 1]?.item ?? {});
    const made = await records.tables.get(API, { pk: holder.record_pk, sk: holder.record_sk });
    if (holder.made_by === made_by && made !== undefined) return made;
    throw names[at]?.taken() ?? error;
  }
  const item = { ...attributes, pk: key.pk, sk: key.sk };
  records.written?.(item);
  return item;
}
