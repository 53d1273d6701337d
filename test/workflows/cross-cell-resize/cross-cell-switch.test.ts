import { describe, expect, it } from 'vitest';
import type { BuildWorldOptions } from '../../fixtures/build-world.ts';
import { API, MAPPINGS } from '#records/keys';
import { fieldsOf, plainText } from '#wire/reading';
import { bindingsOf, cloudOf, crossing, equip, SMALL, VOLUME } from '../../fixtures/crossing.ts';
import { config } from '../../fixtures/resized-across-cells.ts';
import { watching } from '../../fixtures/watching.ts';

/** The function died under its caller. */
class Crash extends Error {
  override readonly name = 'Lambda.Unknown';
}

/** Has the function die at the transaction that changes who is shown, once it is armed. */
function dying(when: 'before' | 'after') {
  const plan = { armed: false };
  const tables: BuildWorldOptions['tables'] = (all) =>
    watching(all, {
      transact: async (actions) => {
        const isSwitch = plan.armed && actions.some(({ table }) => table === MAPPINGS);
        if (!isSwitch) return all.transact(actions);
        plan.armed = false;
        if (when === 'after') await all.transact(actions);
        throw new Crash();
      },
    });
  return { plan, tables };
}

const SHOWN_IN = {
  cell1: [{ cell: 'cell1', hidden: false, state: 'active/null', host: 'host1' }],
  cell2: [
    { cell: 'cell1', hidden: true, state: 'active/resize_migrated', host: 'host1' },
    { cell: 'cell2', hidden: false, state: 'resized/null', host: 'host4' },
  ],
};

describe('the switch between cells', () => {
  it.each(['before', 'after'] as const)(
    'shows the mapped copy alone, though its function dies %s the transaction (XCELL-19)',
    async (when) => {
      const { plan, tables } = dying(when);
      const at = await crossing({ config, tables });
      plan.armed = true;

      const error = await at.resize();

      expect([error, plan.armed]).toEqual([null, false]);
      expect(at.copies()).toEqual(SHOWN_IN.cell2);
      expect(at.mappedTo()).toBe('cell2');
    },
  );

  it.each(['before', 'after'] as const)(
    'brings the server back alone, though the function of a revert dies %s the transaction',
    async (when) => {
      const { plan, tables } = dying(when);
      const at = await crossing({ config, tables });
      await at.resize();
      plan.armed = true;

      await at.revert();

      expect(plan.armed).toBe(false);
      expect(at.copies()).toEqual(SHOWN_IN.cell1);
      expect(at.mappedTo()).toBe('cell1');
    },
  );
});

describe('a resize across cells of which every step runs twice', () => {
  it('makes one copy, one binding a port, one attachment a volume and one image (XCELL-20)', async () => {
    const images: unknown[] = [];
    const cloud = cloudOf({
      config,
      around: async (go, _event, [machine]) => {
        if (machine.endsWith('-cross-cell-resize')) await go();
        return go();
      },
      behaviour: ({ method }) => {
        if (method === 'finish_snapshot_based_resize_at_dest')
          images.push(...at.moving.of.items(API).filter(({ name }) => plainText(name).endsWith('-resize-temp')));
        return 'build';
      },
    });
    const at = await crossing(cloud.options);
    await equip(at.moving, cloud);

    const error = await at.resize();

    expect(error).toBeNull();
    expect(at.copies()).toEqual(SHOWN_IN.cell2);
    expect(at.beside('cell2', 'migration#')).toHaveLength(1);
    expect(
      at.moving.of
        .orders(at.moving.uuid)
        .map(({ host, method }) => `${host} ${method}`)
        .toSorted(),
    ).toEqual([
      'host1 build_and_run_instance',
      'host1 prep_snapshot_based_resize_at_source',
      'host4 finish_snapshot_based_resize_at_dest',
      'host4 prep_snapshot_based_resize_at_dest',
    ]);
    expect((await bindingsOf(at, cloud.ports)).map((port) => port.map(([host]) => host))).toEqual([
      ['host1', 'host4'],
      ['host1', 'host4'],
    ]);
    expect(await cloud.volumes.attachments(at.moving.context, at.moving.uuid, VOLUME)).toHaveLength(2);
    expect(images).toHaveLength(1);
  });
});

/** A step that is carried out, and fails all the same. */
const failsAfter =
  (broken: string): NonNullable<BuildWorldOptions['around']> =>
  async (run, { step }) => {
    const answer = await run();
    if (step === broken) throw new TypeError('x is not a function');
    return answer;
  };

describe('a resize across cells whose step is carried out, and fails all the same', () => {
  it('leaves the server as it was where it could not be handed over', async () => {
    const at = await crossing({ config, around: failsAfter('hand-over') });

    const error = await at.resize();

    expect(error?.name).toBe('RemoteError');
    expect(at.copies()).toEqual(SHOWN_IN.cell1);
    expect(at.copy('cell1')).not.toHaveProperty('op:cold-migrate:owner');
    expect(at.moving.held()).toEqual(['host1']);
  });

  it('has the destination destroy the guest that it was ordered to start', async () => {
    const at = await crossing({
      config,
      behaviour: ({ method }) => (method === 'finish_snapshot_based_resize_at_dest' ? { delay: 30_000 } : 'build'),
      around: failsAfter('order-finish'),
    });

    await at.resize();

    expect(at.calls().at(-1)).toEqual(['host4', 'revert_snapshot_based_resize_at_dest']);
    expect(at.copies()).toMatchObject([{ cell: 'cell1', hidden: false, host: 'host1' }]);
    const host4 = at.moving.of.world.fleet.computes.find(({ host }) => host === 'host4');
    expect(host4?.guests.has(at.moving.uuid)).toBe(false);
  });

  it('is done where the server was shown in its new cell, with its flavor in the request spec', async () => {
    const at = await crossing({ config, around: failsAfter('switch-cell') });

    await at.resize();

    expect(at.copies()).toEqual(SHOWN_IN.cell2);
    expect(fieldsOf(at.moving.storedSpec['flavor'])['id']).toBe(SMALL.id);
  });
});
