import * as v from 'valibot';
import type { AnyObject } from '#objects/versioned/any-object';
import { absent, all, equals } from '#ports/conditions';
import { ConditionFailed, type Item, type RecordKey } from '#ports/tables';
import { flag } from '#records/arguments';
import { mayNot } from '#records/authority/conditions';
import { atWork } from '#records/authority/rules';
import { tableOf } from '#records/cell-table';
import { persistentFields } from '#records/create-record';
import { instanceItem } from '#records/items/instance';
import { volumeUsageItem, type VolumeUsageItem } from '#records/items/volume-usage';
import { instanceKey } from '#records/keys';
import type { RecordMethods, Records } from '#records/method';
import { instanceMethod } from '#records/remotable-method';
import { present } from '#records/stamp';
import { attributesOf, refreshObject, textOf } from '#records/stored-object';
import { countedUsage, counters, type VolumeCounters } from './volume-counters.ts';
import { hadVolume } from './block-device.ts';

const usageKey = (volume: string): RecordKey<VolumeUsageItem> => ({ pk: `volume-usage#${volume}`, sk: 'volume-usage' });

/** Whose volume it is, as it was reported last. */
const USERS = ['instance_uuid', 'project_id', 'user_id', 'availability_zone'] as const;

/** Whom its reports are charged to. */
const OWNERS = ['instance_uuid', 'project_id', 'user_id'] as const;

/** Counters under their names in the record. */
const named = (prefix: 'curr' | 'tot', of: VolumeCounters) => ({
  [`${prefix}_reads`]: of.reads,
  [`${prefix}_read_bytes`]: of.read_bytes,
  [`${prefix}_writes`]: of.writes,
  [`${prefix}_write_bytes`]: of.write_bytes,
});

/**
 * Counts what a guest has done with a volume since it was started. A volume has one record, whatever server has it.
 *
 * @throws NotImplementedError where the object names too little
 * @throws Forbidden for a volume of another server
 */
async function save(records: Records, usage: AnyObject, isOver: boolean): Promise<null> {
  const volume = String(usage.get('volume_id'));
  const stored = await records.tables.get(tableOf(records), usageKey(volume));
  refreshObject(usage, await written(records, usage, { volume, isOver, stored }));
  return null;
}

interface Report {
  readonly volume: string;
  readonly isOver: boolean;
  /** The record as it was. */
  readonly stored: Item | undefined;
}

async function written(records: Records, usage: AnyObject, { volume, isOver, stored }: Report): Promise<Item> {
  const table = tableOf(records);
  const before = volumeUsageItem(stored ?? {});
  for (const name of USERS) usage.get(name);
  const of = attributesOf(usage, USERS);
  if (OWNERS.some((name) => of[name] !== before[name])) await mustHaveIt(records, usage, volume);
  const reported = counters((name) => Number(usage.get(`curr_${name}`)));
  const known = counters((name) => before[`curr_${name}`]);
  const { over, current } = countedUsage(known, reported, isOver);
  const set = {
    ...of,
    ...named('curr', current),
    [isOver ? 'tot_last_refreshed' : 'curr_last_refreshed']: present(records),
    ...(stored === undefined
      ? {
          ...persistentFields(records),
          volume_id: volume,
          id: await records.counter.nextId(records.tables, table, 'volume_usage'),
        }
      : { updated_at: present(records) }),
  };
  const writer = records.writer === undefined ? {} : { writer: records.writer };
  const isKnown = Object.entries(named('curr', known)).map(([name, value]) => equals(name, value));
  try {
    const update = { set, add: named('tot', over), ...writer };
    const { item } = await records.tables.update(table, usageKey(volume), update, stored ? all(...isKnown) : absent);
    return item;
  } catch (error) {
    // another report came between
    if (error instanceof ConditionFailed) return written(records, usage, { volume, isOver, stored: error.item });
    throw error;
  }
}

/**
 * A host makes or takes over the record of a volume only for a server that has it, or has just lost it, and in the name
 * of whose server it is.
 */
async function mustHaveIt(records: Records, usage: AnyObject, volume: string): Promise<void> {
  const { hosts } = records;
  if (hosts === undefined) return;
  const uuid = textOf(usage, 'instance_uuid') ?? '';
  const item = await records.tables.get(tableOf(records), instanceKey(uuid));
  const { project_id, user_id } = instanceItem(item ?? {});
  const isTheirs = project_id === usage.peek('project_id') && user_id === usage.peek('user_id');
  if (isTheirs && (await hadVolume(records, uuid, volume))) return;
  throw mayNot(hosts, `count volume ${volume} for server ${uuid} of this project and user`);
}

export const volumeUsage: RecordMethods = {
  instance: {
    save: instanceMethod(
      { schema: { update_totals: v.optional(flag, false) }, authority: atWork('instance_uuid') },
      (records, usage, { update_totals }) => save(records, usage, update_totals),
    ),
  },
};
