import type { Attributes } from '#ports/tables';
import { mapOf, textsOf } from '#wire/reading';
import { finiteNumber, nonEmptyText } from './read.ts';

/** A host aggregate as it lies in the api table. */
export type AggregateItem = ReturnType<typeof aggregateItem>;

/** Reads the item of a host aggregate. */
export function aggregateItem(item: Attributes) {
  return {
    /** What distinguishes the message that made it from others. */
    made_by: nonEmptyText(item['made_by']),
    id: finiteNumber(item['id']) ?? 0,
    uuid: nonEmptyText(item['uuid']) ?? '',
    name: nonEmptyText(item['name']),
    hosts: textsOf(item['hosts']),
    metadata: Object.fromEntries(
      Object.entries(mapOf(item['metadata'])).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value] as const] : [],
      ),
    ),
    deleted: item['deleted'] === true,
  };
}
