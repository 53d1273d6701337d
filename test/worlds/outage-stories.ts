import { memoryVolumes } from '#adapters/memory/volumes';
import { seededIds } from '#adapters/memory/ids';
import { plainText } from '#wire/reading';
import { Attaching, VOLUME, type withVolumes } from '../fixtures/attached-volume.ts';
import { BuildWorld, type BuildWorldOptions } from '../fixtures/build-world.ts';
import { Crossing, leaving, SMALL } from '../fixtures/crossing.ts';
import { progressOf, sendCaching } from '../fixtures/image-caching.ts';
import { leftOver } from '../fixtures/ledger.ts';
import { MovingWorld } from '../fixtures/moves.ts';
import { EVACUATE, rebuildCast, stranded } from '../fixtures/rebuilt-server.ts';
import { Outages, type Outage } from './outages.ts';

/** Seconds for which a host's driver holds its calls while the conductor answers no ping. */
const HELD = 12 * 3600;

/** Seconds that a host may take for its answer to a call. */
const MAY_TAKE = 120;

/** Seconds within which all must come to rest. */
const LIMIT = 60_000;

/** A world in which something is about to be asked for. */
interface Asked {
  readonly world: BuildWorld;
  /** Asks for it, once something is planned to be away. */
  readonly ask: () => Promise<unknown>;
  /** What its user sees in the end. */
  readonly seen: () => Promise<unknown>;
}

async function attach(options: BuildWorldOptions): Promise<Asked> {
  const volumes = memoryVolumes(seededIds(7));
  volumes.addVolume(VOLUME);
  const { adapters = (same) => same } = options;
  const given = {
    ...options,
    volumes,
    adapters: (each) => ({ ...adapters(each), cloud: { volumes } }),
  } satisfies ReturnType<typeof withVolumes>;
  const at = await Attaching.boot(given);
  return {
    world: at.world,
    ask: async () => {
      const { instance, ...args } = at.arguments();
      await at.world.client.cast('attach_volume', '1.26', { instance, ...args }, at.context);
    },
    seen: async () => [
      at.devices.map((device) => [device['device_name'], device['attachment_id'] !== null]),
      (await at.attachments()).length,
      [...new Set(at.ordered)],
    ],
  };
}

async function cache(options: BuildWorldOptions): Promise<Asked> {
  const world = await BuildWorld.boot({ ...options, config: { ...options.config, notificationFormat: 'versioned' } });
  return {
    world,
    ask: () => sendCaching(world, ['host1', 'host2', 'host4'], ['i1']),
    seen: async () => [...new Set(progressOf(world).map((each) => JSON.stringify(each)))].toSorted(),
  };
}

const seenOf = (at: Crossing) => ({
  copies: at.copies(),
  mapped: at.mappedTo(),
  migrations: at.migrations(),
  events: ['cell1', 'cell2'].map((cell) =>
    at
      .beside(cell, 'event#')
      .map(({ event, result }) => `${plainText(event)} ${plainText(result)}`)
      .toSorted(),
  ),
  faults: ['cell1', 'cell2'].map((cell) => at.beside(cell, 'fault#').map(({ message }) => message)),
});

async function cross(options: BuildWorldOptions): Promise<{ readonly at: Crossing } & Asked> {
  const moving = await MovingWorld.boot({ ...options, scheduler: () => [['host4']] }, 'resize_prep', 'resize');
  const at = new Crossing(moving);
  return {
    at,
    world: moving.of,
    ask: () => moving.send({ flavor: SMALL, spec: leaving() }),
    seen: async () => seenOf(at),
  };
}

/** A resize across cells that is over, which its user answers. */
const answered =
  (method: 'confirm_snapshot_based_resize' | 'revert_snapshot_based_resize') =>
  async (options: BuildWorldOptions): Promise<Asked> => {
    const { at, world, ask } = await cross(options);
    await ask();
    await world.end();
    const asked = method.startsWith('confirm')
      ? { status: 'confirming', action: 'confirmResize', task: null, request: 'req-confirm' }
      : { status: 'reverting', action: 'revertResize', task: 'resize_reverting', request: 'req-revert' };
    const { context, args } = await at.answering(method, asked);
    return {
      world,
      ask: () => at.moving.of.client.cast(method, '1.25', args, context),
      seen: async () => seenOf(at),
    };
  };

async function evacuate(options: BuildWorldOptions): Promise<Asked> {
  const at = await stranded(options);
  return {
    world: at.world,
    ask: () => rebuildCast(at, EVACUATE),
    seen: async () => {
      const { uuid, item, state } = at.server;
      const of = (prefix: string, name: string) => at.world.beside(uuid, prefix).map((each) => each[name]);
      return [state, item['host'], of('migration#', 'status'), of('fault#', 'message')];
    },
  };
}

/** How the workflows begin that no course of one server plays. */
const STORIES = {
  'attach-volume': attach,
  'cache-images': cache,
  'cross-cell-resize': cross,
  'confirm-across-cells': answered('confirm_snapshot_based_resize'),
  'revert-across-cells': answered('revert_snapshot_based_resize'),
  evacuate,
} as const;

export const STORY_NAMES = [
  'attach-volume',
  'cache-images',
  'cross-cell-resize',
  'confirm-across-cells',
  'revert-across-cells',
  'evacuate',
] as const;

/** Plays a story to its end, with an outage or without; hosts take so many seconds for each order. */
export async function playStory(name: (typeof STORY_NAMES)[number], takes: number, outage?: Outage): Promise<string> {
  const outages = new Outages();
  const asked = await STORIES[name]({
    ...outages.options,
    restsWithin: LIMIT,
    config: { hostCallSeconds: MAY_TAKE },
    hosts: ['host1', 'host2', 'host4'].map((host) => ({
      host,
      cell: host === 'host4' ? 'cell2' : 'cell1',
      heartbeatSeconds: 20,
      holdSeconds: HELD,
    })),
    behaviour: () => (takes === 0 ? 'build' : { delay: takes * 1000 }),
  });
  const { world } = asked;
  if (outage !== undefined) outages.plan(world.clock, outage);
  await asked.ask();
  await world.end(LIMIT);
  await world.clock.advance(60_000);
  const idle = Promise.all(world.world.fleet.computes.map((compute) => compute.idle()));
  await world.clock.runUntil(idle, LIMIT * 1000);
  await world.end(LIMIT);
  const left = (await leftOver(world)).filter((line) => !/^host\d keeps /u.test(line));
  const ending = JSON.stringify([await asked.seen(), left]);
  await world.world.stop();
  return ending;
}
