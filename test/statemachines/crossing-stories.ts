import type { Behaviour } from '#local/fleet/behaviour';
import { cellTable, instanceKey, instanceMappingKey, MAPPINGS } from '#records/keys';
import { cloudOf, Crossing, equip, leaving, SMALL } from '../fixtures/crossing.ts';
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

/** A request that could not begin leaves what it was asked of, and a failed one both copies: it may be asked again. */
const LEFT = /^host\d keeps |is still|mapped to|lies in|is active and claims nothing|claims "host/u;

/** Every way through confirm-across-cells. */
export const CONFIRM_STORIES: readonly Story[] = [
  { name: 'a confirmation', options: across, afterwards: confirm, belongs: KEEPS },
  {
    name: 'a source that fails to let go',
    options: { ...across, behaviour: at('confirm_snapshot_based_resize_at_source', { fail: 'no' }) },
    afterwards: confirm,
    belongs: LEFT,
  },
  {
    name: 'a confirmation of a server without a cell',
    options: across,
    afterwards: unmapped((it) => it.confirm()),
    belongs: LEFT,
  },
];

/** Every way through revert-across-cells. */
export const REVERT_STORIES: readonly Story[] = [
  { name: 'a revert', options: across, afterwards: revert, belongs: KEEPS },
  {
    name: 'a source that cannot start the guest',
    options: { ...across, behaviour: at('finish_revert_snapshot_based_resize_at_source', { fail: 'no network' }) },
    afterwards: revert,
    belongs: LEFT,
  },
  {
    name: 'a revert of a server without a cell',
    options: across,
    afterwards: unmapped((it) => it.revert()),
    belongs: LEFT,
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
    name: 'ports and a volume, and a source that cannot stop the guest',
    options: cloud.options,
    afterwards: resize((moving) => equip(moving, cloud)),
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
    belongs: /^host\d keeps |is still/u,
  },
];
