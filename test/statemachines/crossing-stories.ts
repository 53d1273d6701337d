import type { Behaviour } from '#local/fleet/behaviour';
import { cellTable, instanceKey } from '#records/keys';
import { cloudOf, equip, leaving, SMALL } from '../fixtures/crossing.ts';
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
