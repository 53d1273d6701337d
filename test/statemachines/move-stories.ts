import { NoValidHost } from '#errors';
import type { Behaviour } from '#local/fleet/behaviour';
import { instanceMappingKey, MAPPINGS } from '#records/keys';
import { fieldsOf, listOf } from '#wire/reading';
import type { BuildWorld } from '../fixtures/build-world.ts';
import { leaving } from '../fixtures/crossing.ts';
import { afterBuild } from '../fixtures/host-scripts.ts';
import { alternates, GIVEN_BACK } from '../fixtures/given-back.ts';
import { FORCED, SCHEDULED } from '../fixtures/live-moves.ts';
import { MovingWorld, type MoveRequest } from '../fixtures/moves.ts';
import { givePort, withPorts } from '../fixtures/ported-server.ts';
import type { Story } from './story.ts';

const LARGER: MoveRequest = { flavor: { id: 2, name: 'm1.small', memory_mb: 2048, root_gb: 20 } };

const AWAY: MoveRequest = { ...LARGER, spec: leaving() };

const two = afterBuild(() => [['host2', 'host3']]);
const one = afterBuild(() => [['host2']]);
const other = afterBuild(() => [['host4']]);
const none = afterBuild(() => new NoValidHost({ reason: 'There are not enough hosts available.' }));
/** As the port promises, the same question has the same answer: host2, unless it was rejected. */
const another = afterBuild(({ spec }) => [
  [listOf(fieldsOf(spec)['ignore_hosts']).includes('host2') ? 'host3' : 'host2'],
]);

/** One host carries out one order in its own way. */
const at =
  (method: string, host: string, kind: ReturnType<Behaviour>): Behaviour =>
  (order) =>
    order.method === method && order.host === host ? kind : 'build';

type Change = (moving: MovingWorld) => Promise<unknown>;

/** The server runs, something may happen to it, and it is to be moved. */
const move =
  (taskState: string, action: string, request: MoveRequest, change?: Change) =>
  async (world: BuildWorld): Promise<void> => {
    const moving = await MovingWorld.prepare(world, taskState, action);
    await change?.(moving);
    await moving.cast(request);
  };

const resize = (request: MoveRequest = LARGER, change?: Change) => move('resize_prep', 'resize', request, change);

const live = (request: MoveRequest = SCHEDULED, change?: Change) =>
  move('migrating', 'live-migration', request, change);

const unmap: Change = (moving) =>
  moving.of.platform.tables.update(MAPPINGS, instanceMappingKey(moving.uuid), { set: { cell: null } });

/** Until the user confirms the source keeps what it had; a host that is given up half-way keeps what it claimed. */
const KEEPS = /^host\d keeps /u;

/** Ways of a server that leaves its cell, as far as cold-migrate takes it. */
const ACROSS: readonly Story[] = [
  { name: 'a destination in another cell', options: { scheduler: other }, afterwards: resize(AWAY), belongs: KEEPS },
  {
    name: 'a destination in another cell that is not handed over to',
    options: { scheduler: other },
    broken: { workflow: 'cold-migrate', state: 'Hand over' },
    afterwards: resize(AWAY),
    belongs: KEEPS,
  },
];

/** Every way through cold-migrate. */
export const COLD_STORIES: readonly Story[] = [
  { name: 'a resize', options: { scheduler: two }, afterwards: resize(), belongs: KEEPS },
  { name: 'no valid host', options: { scheduler: none }, afterwards: resize(), belongs: KEEPS },
  {
    name: 'a destination that gives the server back',
    options: { scheduler: two, behaviour: at('prep_resize', 'host2', { fail: 'it is full' }) },
    afterwards: resize(),
    belongs: KEEPS,
  },
  {
    name: 'destinations that all give the server back',
    options: {
      scheduler: two,
      behaviour: ({ method }) => (method === 'prep_resize' ? { fail: 'it is full' } : 'build'),
    },
    afterwards: resize(),
    // Each destination records what it could not do, in the same words.
    belongs: /the same fault twice/u,
  },
  {
    name: 'a reschedule that nobody owns',
    options: { scheduler: one },
    afterwards: async (world) => {
      const moving = await MovingWorld.prepare(world, 'resize_prep', 'resize');
      await moving.cast({ ...LARGER, hint: GIVEN_BACK, hostList: await alternates(moving, ['host3']) });
    },
    belongs: KEEPS,
  },
  {
    name: 'a destination that dies',
    options: { scheduler: two, behaviour: at('prep_resize', 'host2', { die: 'after-read' }) },
    afterwards: resize(),
    belongs: KEEPS,
  },
  {
    name: 'a source that dies half-way',
    options: { scheduler: two, behaviour: at('resize_instance', 'host1', { die: 'mid-build' }) },
    afterwards: resize(),
    belongs: KEEPS,
  },
  {
    name: 'a slow destination',
    options: { scheduler: two, behaviour: at('prep_resize', 'host2', { delay: 300_000 }) },
    afterwards: resize(),
    belongs: KEEPS,
  },
  {
    name: 'a source node that is not known',
    options: { scheduler: two },
    afterwards: resize(LARGER, (moving) => moving.change({ node: 'elsewhere' })),
  },
  {
    name: 'a server without a cell',
    options: { scheduler: two },
    afterwards: resize(LARGER, unmap),
    belongs: /mapped to|is still/u,
  },
  ...ACROSS,
];

/** Every way through live-migrate. */
export const LIVE_STORIES: readonly Story[] = [
  { name: 'a live migration', options: { scheduler: one }, afterwards: live() },
  { name: 'a forced destination', options: { scheduler: one }, afterwards: live(FORCED) },
  { name: 'no valid host', options: { scheduler: none }, afterwards: live() },
  {
    name: 'a destination that refuses',
    options: { scheduler: another, behaviour: at('check_can_live_migrate_destination', 'host2', { fail: 'no' }) },
    afterwards: live(),
  },
  {
    name: 'a destination that never answers',
    options: {
      scheduler: another,
      behaviour: at('check_can_live_migrate_destination', 'host2', { die: 'after-claim' }),
    },
    afterwards: live(),
  },
  {
    name: 'destinations of the own scheduler that all refuse',
    // All hosts are of one cell, whichever the scheduler chooses first.
    options: {
      hosts: ['host1', 'host2', 'host3'].map((host) => ({
        host,
        cell: 'cell1',
        heartbeatSeconds: 30,
        behaviour: ({ method }) => (method === 'check_can_live_migrate_destination' ? { fail: 'no' } : 'build'),
      })),
    },
    afterwards: live(),
  },
  {
    name: 'a copy that fails',
    options: { scheduler: one, behaviour: at('live_migration', 'host1', { fail: 'no network' }) },
    afterwards: live(),
  },
  {
    name: 'a source that dies while it copies',
    options: { scheduler: one, behaviour: at('live_migration', 'host1', { die: 'mid-build' }) },
    afterwards: live(),
  },
  {
    name: 'a source that dies after the switch',
    options: { scheduler: one, behaviour: at('live_migration', 'host1', { die: 'after-claim' }) },
    afterwards: live(),
  },
  {
    name: 'a long copy',
    options: { scheduler: one, behaviour: at('live_migration', 'host1', { delay: 300_000 }) },
    afterwards: live(),
  },
  {
    name: 'an order that cannot be given',
    options: { scheduler: one },
    broken: { workflow: 'live-migrate', state: 'Start migration' },
    afterwards: live(),
  },
  {
    name: 'a port',
    options: withPorts({ scheduler: one }),
    afterwards: live(SCHEDULED, (moving) => givePort(moving.of, moving.uuid)),
  },
  {
    name: 'a port that cannot be bound to the first destination',
    options: withPorts({ scheduler: another }, undefined, ['host1', 'host3']),
    afterwards: live(SCHEDULED, (moving) => givePort(moving.of, moving.uuid)),
  },
  {
    name: 'a port, and an order to a forced destination that cannot be given',
    options: withPorts({ scheduler: one }),
    broken: { workflow: 'live-migrate', state: 'Start migration' },
    afterwards: live(FORCED, (moving) => givePort(moving.of, moving.uuid)),
  },
  {
    name: 'a port of a server whose source dies while it copies',
    options: withPorts({ scheduler: one, behaviour: at('live_migration', 'host1', { die: 'mid-build' }) }),
    afterwards: live(SCHEDULED, (moving) => givePort(moving.of, moving.uuid)),
  },
  {
    name: 'a server that is shut down',
    options: { scheduler: one },
    afterwards: live(SCHEDULED, (moving) => moving.change({ power_state: 4 })),
  },
  {
    name: 'a server without a cell',
    options: { scheduler: one },
    afterwards: live(SCHEDULED, unmap),
    belongs: /mapped to|is still/u,
  },
];
