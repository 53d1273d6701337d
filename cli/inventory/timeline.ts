import { firstLine } from '#cli/deployment/failure';
import type { Item } from '#ports/tables';
import { numberOf, textOf } from '#wire/reading';

/** One moment in the life of a server. */
export interface Moment {
  /** As it is recorded: ISO time, whole seconds. */
  readonly at: string;
  readonly what: 'action' | 'event' | 'event ended' | 'action ended' | 'fault' | 'migration';
  readonly text: string;
  readonly host: string | null;
}

/** Within one second, causes come before what they cause. */
const ORDER: readonly Moment['what'][] = ['action', 'event', 'migration', 'fault', 'event ended', 'action ended'];

/** Actions, events, faults and migrations of a server, as they lie in its partition, in the order of time. */
export function timeline(items: readonly Item[]): Moment[] {
  return items
    .flatMap(momentsOf)
    .filter(({ at }) => at !== '')
    .toSorted((a, b) => a.at.localeCompare(b.at) || ORDER.indexOf(a.what) - ORDER.indexOf(b.what));
}

function momentsOf(item: Item): Moment[] {
  const text = (name: string): string => textOf(item[name]) ?? '';
  const host = textOf(item['host']) ?? null;
  if (item.sk.startsWith('action#')) {
    const ended: Moment[] =
      text('finish_time') === ''
        ? []
        : [
            {
              at: text('finish_time'),
              what: 'action ended',
              text: ending(text('action'), text('message')),
              host: null,
            },
          ];
    return [
      { at: text('start_time'), what: 'action', text: `${text('action')} (${text('request_id')})`, host: null },
      ...ended,
    ];
  }
  if (item.sk.startsWith('event#')) {
    const ended: Moment[] =
      text('finish_time') === ''
        ? []
        : [{ at: text('finish_time'), what: 'event ended', text: ending(text('event'), text('result')), host }];
    return [{ at: text('start_time'), what: 'event', text: text('event'), host }, ...ended];
  }
  if (item.sk.startsWith('fault#')) {
    const code = numberOf(item['code']) ?? 0;
    return [{ at: text('created_at'), what: 'fault', text: `${code} ${firstLine(text('message'))}`, host }];
  }
  if (item.sk.startsWith('migration#')) {
    const move = `${text('migration_type')} from ${text('source_compute') || '-'} to ${text('dest_compute') || '-'}: ${text('status')}`;
    return [{ at: text('created_at'), what: 'migration', text: move, host: textOf(item['dest_compute']) ?? null }];
  }
  return [];
}

const ending = (name: string, result: string): string => (result === '' ? name : `${name}: ${firstLine(result)}`);
