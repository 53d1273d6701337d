import { describe, expect, it } from 'vitest';
import type { Executions } from '#ports/executions';
import { cellQueue } from '#ports/host-queue';
import { cellTable, serviceKey } from '#records/keys';
import { serviceItem } from '#records/items/service';
import { BuildWorld, type BuildWorldOptions } from '../fixtures/build-world.ts';
import { ALTERNATES } from '../fixtures/built.ts';
import { leftOver } from '../fixtures/ledger.ts';
import { watching } from '../fixtures/watching.ts';

const URL_OF_CELL = 'cell-cell1-url';

/** Each way by which hosts may speak, with the batches and requests that it takes. */
const WAYS = [
  ['the queue', false],
  ['the function URL', true],
] as const;

/** A world whose hosts speak by a way; how many batches and requests each function was given is counted. */
async function speaking(directCalls: boolean, options: BuildWorldOptions = {}) {
  const served = new Map<string, number>();
  const world = await BuildWorld.boot({
    scheduler: () => ALTERNATES,
    ...options,
    config: { directCalls, ...options.config },
    aroundBatch: (run, queue) => {
      served.set(queue, (served.get(queue) ?? 0) + 1);
      return options.aroundBatch?.(run, queue) ?? run();
    },
  });
  return { world, served };
}

type Settle = Executions['succeed'];

/** What settles Tasks is changed on its way to Step Functions. */
const settling = (change: (settle: Settle) => Settle): Pick<BuildWorldOptions, 'adapt'> => ({
  adapt: (services) => ({
    ...services,
    executions: watching<Executions>(services.executions, {
      succeed: change((...settled) => services.executions.succeed(...settled)),
    }),
  }),
});

/** Step Functions is away for the first of them, right behind the write that settled. */
const awayOnce = (): Pick<BuildWorldOptions, 'adapt'> => {
  let asked = 0;
  return settling((settle) => async (...settled) => {
    asked += 1;
    if (asked === 1) throw new Error('Step Functions is away');
    await settle(...settled);
  });
};

describe.each(WAYS)('a host that speaks by %s', (_way, directCalls) => {
  it('builds a server', async () => {
    const { world, served } = await speaking(directCalls);

    const [uuid = ''] = (await world.build()).uuids;

    expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', task_state: null, host: 'host1' });
    expect((served.get(URL_OF_CELL) ?? 0) > 0).toBe(directCalls);
  });

  it('has a settlement made good that was lost behind its write, by the repeat of its call', async () => {
    const { world } = await speaking(directCalls, awayOnce());

    const [uuid = ''] = (await world.build()).uuids;

    expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', host: 'host1' });
    expect(await world.executions('launch')).toMatchObject([{ status: 'SUCCEEDED' }]);
  });

  it('has a settlement that is lost for good found by the next look of the execution that waits', async () => {
    const { world } = await speaking(
      directCalls,
      settling(() => () => Promise.resolve()),
    );

    const [uuid = ''] = (await world.build()).uuids;

    expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', host: 'host1' });
    expect(await world.executions('launch')).toMatchObject([{ status: 'SUCCEEDED' }]);
  });
});

describe('a host whose direct calls fail', () => {
  it('makes the same calls by the queue, and nothing is done twice', async () => {
    let broken = 0;
    const { world, served } = await speaking(true, {
      aroundBatch: async (run, queue) => {
        if (queue !== URL_OF_CELL) return run();
        broken += 1;
        // Before and behind its work.
        if (broken % 2 === 0) await run();
        throw new Error('the function died');
      },
    });

    const [uuid = ''] = (await world.build()).uuids;

    expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', task_state: null, host: 'host1' });
    expect(served.get(cellQueue('cell1'))).toBeGreaterThan(0);
    expect(world.orders(uuid)).toHaveLength(1);
    expect(await leftOver(world)).toEqual([]);
  });
});

/** host1 falls silent in a cell whose URL may be broken from then on. */
async function silent(direct: boolean, broken: boolean) {
  let away = false;
  const hosts = ['host1', 'host2', 'host3'].map((host) => ({
    host,
    cell: 'cell1',
    direct: direct || host !== 'host1',
  }));
  const { world } = await speaking(true, {
    hosts,
    aroundBatch: (run, queue) => (away && queue === URL_OF_CELL ? Promise.reject(new Error('the URL is away')) : run()),
  });
  await world.clock.advance(120_000);
  world.world.fleet.host('host1').die();
  away = broken;
  await world.clock.advance(300_000);
  const verdict = async () => (await world.services.serviceGroup.verdict('cell1', 'host1')).liveness;
  return {
    world,
    verdict,
    mend: async () => {
      away = false;
      await world.clock.advance(300_000);
    },
  };
}

describe('the verdict on a host that fell silent', () => {
  it('is that it is down, once pulses have passed through each of the ways that it speaks by', async () => {
    const { verdict, world } = await silent(true, false);
    const service = await world.platform.tables.get(cellTable('cell1'), serviceKey('host1', 'nova-compute'));

    expect(service && serviceItem(service).direct_at).not.toBeNull();
    expect(await verdict()).toBe('down');
  });

  it('is that nobody knows while one of its ways carries nothing, and that it is down once it does', async () => {
    const { verdict, mend } = await silent(true, true);

    expect(await verdict()).toBe('unknown');

    await mend();

    expect(await verdict()).toBe('down');
  });

  it('is that it is down, whatever the function URL carries, where it speaks by the queue alone', async () => {
    const { verdict } = await silent(false, true);

    expect(await verdict()).toBe('down');
  });
});
