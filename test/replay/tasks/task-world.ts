import { VirtualClock } from '#adapters/memory/virtual-clock';
import { memoryPlatform, type MemoryPlatform } from '../../fixtures/memory/platform.ts';
import { World } from '#local/emulation/world';
import type { Configuration } from '#ports/configuration';
import type { Json, JsonMap } from '#ports/json';
import { BlockCounter } from '#records/block-counter';
import { API, CELL0_UUID, cellTable, counterKey, quotaKey } from '#records/keys';
import { mapOf } from '#wire/reading';
import { itemsOf } from '../load-items.ts';
import { text } from '../row-values.ts';
import { aliasesOf } from './aliases.ts';
import { COUNTED } from './move-tables.ts';
import type { RecordedTask } from './recorded-task.ts';
import { configurationOf, countedOf } from './recorded-configuration.ts';
import { ScriptedPorts } from './scripted-ports.ts';

/** Our clock runs this far ahead of the recording, so that a time of ours differs from one of a message. */
const AHEAD_MS = 30_000;

/** Virtual time that a workflow gets: all it does at once, and no second look at a host that never answers. */
const RUN_MS = 60_000;

/** What a replayed request did. */
export interface Run {
  readonly platform: MemoryPlatform;
  readonly ports: ScriptedPorts;
  /** The answer to a call, undefined when none came. */
  readonly reply: JsonMap | undefined;
  /** Why the message could not be carried out. */
  readonly refused: string | undefined;
  readonly troubles: readonly unknown[];
  /** From the uuids that we made up to those that Nova made up for the same records. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Whether a time, as records write it, lies in the run. */
  readonly isNow: (time: string) => boolean;
}

/** Sends a recorded request to a fresh world that holds what the recorded databases held. */
export async function runTask(recorded: RecordedTask): Promise<Run> {
  const start = Math.floor((recorded.startedAt + AHEAD_MS) / 1000) * 1000;
  const clock = new VirtualClock(start);
  const { before } = recorded;
  const cells = before.rows('api', 'cell_mappings').flatMap((row) => {
    const uuid = text(row['uuid']);
    return uuid === CELL0_UUID ? [] : [{ name: text(row['name']), uuid }];
  });
  const platform = memoryPlatform({ clock, cells: cells.map(({ name }) => name) });
  const ports = new ScriptedPorts(recorded, platform.tables);
  const config: Partial<Configuration> = configurationOf(recorded);
  const counter = new BlockCounter({ blockSize: 1 });
  const counted = { ...platform, adapters: { ...platform.adapters, counter } };
  const booting = World.boot(counted, { cells, hosts: [], config, adapt: (services) => ports.adapt(services) });
  await clock.runUntil(booting, RUN_MS);
  const world = await booting;
  await load(platform, recorded);

  const { _reply_q: queue } = recorded.message;
  if (typeof queue === 'string') platform.queues.create(queue);
  const body = JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': JSON.stringify(recorded.message) });
  await platform.bus.send('compute-task', { body, attributes: { sender: 'recorded' } });
  await clock.advance(RUN_MS);
  const reply = typeof queue === 'string' ? replyIn(platform, queue) : undefined;
  const [dead] = platform.queues.messages('compute-task-dlq');
  await world.stop();
  return {
    platform,
    ports,
    reply,
    refused: dead?.attributes?.['reason'],
    troubles: world.troubles,
    aliases: aliasesOf(recorded, platform.tables),
    isNow: (time) => Date.parse(time) >= start && Date.parse(time) <= start + RUN_MS,
  };
}

function replyIn(platform: MemoryPlatform, queue: string): JsonMap | undefined {
  const [message] = platform.queues.messages(queue);
  if (message === undefined) return undefined;
  const outer: Json = JSON.parse(message.body);
  const inner: Json = JSON.parse(text(mapOf(outer)['oslo.message']));
  return mapOf(inner);
}

/** The recorded rows alone are there; counters go on where Nova's stood. */
async function load({ tables }: MemoryPlatform, recorded: RecordedTask): Promise<void> {
  for (const [table, items] of Object.entries(tables.dump()))
    for (const { pk, sk } of items) await tables.delete(table, { pk, sk });
  for (const [table, items] of itemsOf(recorded.before)) for (const item of items) await tables.put(table, item);
  await setCounters({ tables }, recorded);
  await setUsage({ tables }, recorded);
}

/**
 * The next id of a table is the one that Nova gave in this request, else one above all that are there. A fault that was
 * recorded meanwhile is that of a compute which answered a call.
 */
async function setCounters({ tables }: Pick<MemoryPlatform, 'tables'>, { before, steps }: RecordedTask): Promise<void> {
  for (const database of before.databases.filter((name) => name !== 'api')) {
    for (const name of COUNTED) {
      const given = steps.flatMap((step) =>
        step.kind === 'db' && !(step.by === 'others' && name === 'instance_faults')
          ? (step.change[database]?.[name]?.insert ?? []).map((row) => Number(row['id']))
          : [],
      );
      const taken = Math.max(0, ...before.rows(database, name).map((row) => Number(row['id'])));
      const last = given.length > 0 ? Math.min(...given) - 1 : taken;
      await tables.put(cellTable(database), { ...counterKey(name), taken: last });
    }
  }
}

/** What the recorded servers count for their projects. */
async function setUsage({ tables }: Pick<MemoryPlatform, 'tables'>, recorded: RecordedTask): Promise<void> {
  const { before, message } = recorded;
  const live = before.databases
    .flatMap((database) => before.rows(database, 'instances'))
    .filter((row) => row['deleted'] === 0 && row['vm_state'] !== 'soft-delete');
  for (const [project, rows] of Map.groupBy(live, (row) => text(row['project_id']))) {
    const sum = (name: string): number => rows.reduce((total, row) => total + Number(row[name] ?? 0), 0);
    const usage = { instances: rows.length, cores: sum('vcpus'), ram: sum('memory_mb') };
    await tables.put(API, { ...quotaKey(project), project_id: project, ...usage });
  }
  const counted = countedOf(recorded);
  const project = text(message['_context_project_id']);
  if (counted !== undefined)
    await tables.put(API, { ...quotaKey(project), project_id: project, instances: counted.used });
}
