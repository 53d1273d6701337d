import type { Behaviour } from '#local/fleet/behaviour';
import { cellTable, instanceKey, instanceMappingKey, MAPPINGS } from '#records/keys';
import { cloudOf, Crossing, equip, leaving, SMALL } from '../fixtures/crossing.ts';
import { healResizes } from '../fixtures/resized-across-cells.ts';
import { afterBuild } from '../fixtures/host-scripts.ts';
import { MovingWorld } from '../fixtures/moves.ts';
import type { BuildWorld } from '../fixtures/build-world.ts';
import type { Story } from './story.ts';

const config = { hostCallSeconds: 300 };
const across = { scheduler: afterBuild(() => [['host4']]), config };

/** The server runs in one cell, and is to be resized to a host of another. */
const resize =
  (change: (moving: MovingWorld) => Promise<unknown> = () => Promise.resolve()) =>
  async (world: BuildWorld): Promise<void> => {
    const moving = await MovingWorld.prepare(world, 'resize_prep', 'resize');
    await change(moving);
    await moving.cast({ flavor: SMALL, spec: leaving() });
  };

/** The same, by a caller who waits for the answer. */
const call = async (world: BuildWorld): Promise<void> => {
  const moving = await MovingWorld.prepare(world, 'resize_prep', 'resize');
  await moving.move({ flavor: SMALL, spec: leaving() });
};

/** One host carries out one order in its own way. */
const at =
  (method: string, kind: ReturnType<Behaviour>): Behaviour =>
  (order) =>
    order.method === method ? kind : 'build';

/** The cloud of the stories with ports and volumes. */
const cloud = cloudOf({ ...across, behaviour: at('prep_snapshot_based_resize_at_source', { fail: 'it runs on' }) });

/** A host keeps what it has claimed for a server that is taken back from it, until it looks the next time. */
const KEEPS = /^host\d keeps /u;

const resized = async (world: BuildWorld): Promise<Crossing> => {
  const moving = await MovingWorld.prepare(world, 'resize_prep', 'resize');
  await moving.cast({ flavor: SMALL, spec: leaving() });
  return new Crossing(moving);
};

const confirm = async (world: BuildWorld): Promise<void> => {
  await (await resized(world)).confirm();
};

const revert = async (world: BuildWorld): Promise<void> => {
  await (await resized(world)).revert();
};

const unmapped =
  (ask: (done: Crossing) => Promise<unknown>) =>
  async (world: BuildWorld): Promise<void> => {
    const done = await resized(world);
    const key = instanceMappingKey(done.moving.uuid);
    await world.platform.tables.update(MAPPINGS, key, { set: { cell: null } });
    await ask(done);
  };

/** A request that failed leaves both copies, until it is asked for again: what is not as it should be meanwhile. */
const AGAIN = {
  belongs: KEEPS,
  heal: healResizes,
  healed: /has a copy left|^migration \S+ is still|in cell\d is still \["\w+","resize_reverting"\]/u,
} as const;

/** What nobody can reach. */
const UNMAPPED = /^host\d keeps |is still|mapped to|lies in/u;

/** A host that fails when its user asks, and carries out its orders once an operator has asked again. */
const failing =
  (method: string, request: string, why: string): Behaviour =>
  (order) =>
    order.method === method && order.context.request_id === request ? { fail: why } : 'build';

/** Every way through confirm-across-cells. */
export const CONFIRM_STORIES: readonly Story[] = [
  { name: 'a confirmation', options: across, afterwards: confirm, ...AGAIN },
  {
    name: 'a source that fails to let go',
    options: { ...across, behaviour: failing('confirm_snapshot_based_resize_at_source', 'req-confirm', 'no') },
    afterwards: confirm,
    ...AGAIN,
  },
  {
    name: 'a confirmation of a server without a cell',
    options: across,
    afterwards: unmapped((it) => it.confirm()),
    belongs: UNMAPPED,
  },
];

/** Every way through revert-across-cells. */
export const REVERT_STORIES: readonly Story[] = [
  { name: 'a revert', options: across, afterwards: revert, ...AGAIN },
  {
    name: 'a destination that cannot destroy the guest',
    options: { ...across, behaviour: failing('revert_snapshot_based_resize_at_dest', 'req-revert', 'it hangs') },
    afterwards: revert,
    ...AGAIN,
  },
  {
    name: 'a source that cannot start the guest',
    options: {
      ...across,
      behaviour: failing('finish_revert_snapshot_based_resize_at_source', 'req-revert', 'no network'),
    },
    afterwards: revert,
    ...AGAIN,
  },
  {
    name: 'a revert of a server without a cell',
    options: across,
    afterwards: unmapped((it) => it.revert()),
    belongs: UNMAPPED,
  },
];

/** Every way through cross-cell-resize. */
export const CROSSING_STORIES: readonly Story[] = [
  { name: 'a resize across cells', options: across, afterwards: resize(), belongs: KEEPS },
  {
    name: 'a destination that refuses',
    options: { ...across, behaviour: at('prep_snapshot_based_resize_at_dest', { fail: 'it is full' }) },
    afterwards: call,
    belongs: KEEPS,
  },
  {
    name: 'a source that cannot stop the guest',
    options: { ...across, behaviour: at('prep_snapshot_based_resize_at_source', { fail: 'it runs on' }) },
    afterwards: resize(),
    belongs: KEEPS,
  },
  {
    name: 'a destination that cannot start the guest',
    options: { ...across, behaviour: at('finish_snapshot_based_resize_at_dest', { fail: 'no network' }) },
    afterwards: resize(),
    belongs: KEEPS,
  },
  {
    name: 'a destination that starts the guest too late',
    options: { ...across, behaviour: at('finish_snapshot_based_resize_at_dest', { delay: 900_000 }) },
    afterwards: resize(),
    belongs: KEEPS,
  },
  {
    name: 'a destination that takes the guest away too late',
    options: {
      ...across,
      behaviour: ({ method }) => {
        if (method === 'finish_snapshot_based_resize_at_dest') return { delay: 900_000 };
        return method === 'revert_snapshot_based_resize_at_dest' ? { delay: 400_000 } : 'build';
      },
    },
    afterwards: resize(),
    belongs: KEEPS,
  },
  {
    name: 'ports and a volume, and a source that cannot stop the guest',
    options: cloud.options,
    afterwards: resize((moving) => equip(moving, cloud, moving.uuid)),
    belongs: KEEPS,
  },
  {
    name: 'a copy that another record stands in the way of',
    options: across,
    afterwards: resize((moving) =>
      moving.of.platform.tables.put(cellTable('cell2'), {
        ...moving.item,
        ...instanceKey(moving.uuid),
        hidden: true,
        host: null,
      }),
    ),
    belongs: /^host\d keeps |is still|has a copy left in cell2/u,
  },
];
