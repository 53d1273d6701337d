import { beforeEach, describe, expect, it } from 'vitest';
import {
  AcceleratorRequestBindingFailed,
  AcceleratorRequestOpFailed,
  ServiceMisconfigured,
  ServiceNotReached,
} from '#errors';
import { bindDevices, releaseDevices } from '#operations/accelerator-requests';
import type { Accelerators } from '#ports/accelerators';
import type { Item, Tables } from '#ports/tables';
import { arqKey, cellTable, REQUESTS } from '#records/keys';
import { ARQS, ARQS_ASKED } from '#records/operation';
import { CONTEXT } from '../fixtures/records.ts';
import { rejected } from '../fixtures/rejected.ts';
import { watching, watchingAll } from '../fixtures/watching.ts';
import { networks, PORT, question, service } from './accelerated.ts';

const TABLE = cellTable('cell1');
const KEY = { pk: question.item.pk, sk: question.item.sk };
const TROUBLE = { service: 'accelerator', url: 'http://cyborg', trouble: 'away', remedy: 'none' };
const WITH_PORT = { ...question, requestedNetworks: networks(PORT) };

let world: Awaited<ReturnType<typeof service>>;
beforeEach(async () => {
  world = await service();
});

/** What is asked once more, of the record as it is by now. */
const again = async (asked = question) => ({ ...asked, item: (await world.tables.get(TABLE, KEY)) ?? asked.item });

/** The profile of the requests that are being made, and those that were made. */
const noted = async () => {
  const item: Item = (await world.tables.get(TABLE, KEY)) ?? { ...KEY };
  return [item[ARQS_ASKED], item[ARQS]];
};

/** Makes requests of nobody's, as a create does whose answer is lost. */
const lost = async (profile: string) => (await world.accelerators.create(CONTEXT, profile)).map(({ uuid }) => uuid);

/** A request that another server has taken, and has not bound yet. */
async function ofAnother(profile: string): Promise<string[]> {
  const uuids = await lost(profile);
  for (const uuid of uuids) await world.tables.put(REQUESTS, { ...arqKey(uuid), taken_for: 'u2' });
  return uuids;
}

/** What goes wrong with one call: the function dies at it, or the call alone fails, before or after it is carried out. */
const FAULTS = [
  { dies: true, done: false },
  { dies: true, done: true },
  { dies: false, done: false },
  { dies: false, done: true },
];

/** The same world with a fault at one of its calls. */
function faulty(at: number, { dies, done }: (typeof FAULTS)[number]) {
  let calls = 0;
  const between = async (_method: string, _args: readonly unknown[], run: () => Promise<unknown>) => {
    calls += 1;
    if (calls < at || (calls > at && !dies)) return run();
    if (done && calls === at) await run();
    throw new ServiceNotReached({ ...TROUBLE, maybeDone: done });
  };
  const accelerators = watchingAll<Accelerators>(world.accelerators, between);
  const tables = watchingAll<Tables>(world.tables, between);
  return { services: { ...world, accelerators, tables }, isReached: () => calls >= at };
}

describe('a function that binds devices and fails at any of its calls', () => {
  const endings = [
    ['is followed by one that binds each device once', true],
    ['leaves no device where the server is given up', false],
  ] as const;

  it.each(endings)('%s', async (_title, bindsAgain) => {
    for (const fault of FAULTS) {
      let isReached = true;
      for (let at = 1; isReached; at += 1) {
        world = await service();
        const others = await ofAnother('fpga');
        const failing = faulty(at, fault);

        await rejected(bindDevices(failing.services, WITH_PORT));
        const ids = bindsAgain ? (await bindDevices(world, await again(WITH_PORT))).accelUuids : [];
        if (!bindsAgain) await releaseDevices(world, await again(WITH_PORT));

        const left = world.accelerators.all().map(({ uuid, instanceId }) => [uuid, instanceId]);
        const expected = [...others.map((uuid) => [uuid, null]), ...ids.map((uuid) => [uuid, 'u1'])];
        expect(left, `call ${at}, ${JSON.stringify(fault)}`).toEqual(expected);
        isReached = failing.isReached();
      }
    }
  });
});

describe('what is noted of requests that are being made', () => {
  const refused = { op: 'create', msg: 'no' } as const;

  it.each([
    ['the service refuses', new AcceleratorRequestOpFailed(refused), null],
    ['the service was not reached', new ServiceNotReached(TROUBLE), null],
    ['the deployment does not fit the service', new ServiceMisconfigured(TROUBLE), null],
    ['the service may have made some', new ServiceNotReached({ ...TROUBLE, maybeDone: true }), 'fpga'],
    ['nobody knows what happened', new Error('the function died'), 'fpga'],
  ])('is their profile, to look for what was made, unless nothing was: %s', async (_title, error, profile) => {
    const accelerators = watching<Accelerators>(world.accelerators, { create: () => Promise.reject(error) });

    expect(await rejected(bindDevices({ ...world, accelerators }, question))).toBe(error);

    expect(await noted()).toEqual([profile, undefined]);
  });

  it('is what was made, until it is bound', async () => {
    const seen: unknown[] = [];
    const accelerators = watching<Accelerators>(world.accelerators, {
      bind: async (...args) => {
        seen.push(await noted());
        await world.accelerators.bind(...args);
      },
    });

    const { accelUuids } = await bindDevices({ ...world, accelerators }, WITH_PORT);

    expect(seen).toEqual([[null, accelUuids]]);
    expect(await noted()).toEqual([null, null]);
  });

  it('is nothing of a server that is gone: what was made for it is deleted', async () => {
    const accelerators = watching<Accelerators>(world.accelerators, {
      create: async (context, profile) => {
        if (profile !== 'nic') return world.accelerators.create(context, profile);
        await world.tables.delete(TABLE, KEY);
        throw new AcceleratorRequestOpFailed(refused);
      },
    });

    await rejected(bindDevices({ ...world, accelerators }, WITH_PORT));

    expect(world.accelerators.all()).toEqual([]);
  });

  it('is who has taken each of them, for a week', async () => {
    const { accelUuids } = await bindDevices(world, question);

    for (const uuid of accelUuids)
      expect(await world.tables.get(REQUESTS, arqKey(uuid))).toMatchObject({ taken_for: 'u1', expires_at: 604_805 });
  });
});

describe('requests that were made and whose answer was lost', () => {
  const ASKED = { ...question, item: { ...question.item, [ARQS_ASKED]: 'fpga' } };

  it('are deleted, so many as one create makes: what is left is another’s', async () => {
    const [first, second, third] = await lost('fpga').then(async (own) => [...own, ...(await lost('fpga'))]);

    await bindDevices(world, ASKED);

    expect(world.deleted).toEqual([first, second]);
    expect(world.accelerators.all().map(({ uuid }) => uuid)).toContain(third);
  });

  it('are found behind those that another server has taken', async () => {
    const others = await ofAnother('fpga');
    const own = await lost('fpga');

    await bindDevices(world, ASKED);

    expect(world.deleted).toEqual(own);
    expect(world.accelerators.all().map(({ uuid }) => uuid)).toEqual(expect.arrayContaining(others));
  });

  it('are left to the next attempt while the table is away', async () => {
    await lost('fpga');
    const tables = watching<Tables>(world.tables, { put: () => Promise.reject(new Error('away')) });

    expect(await rejected(bindDevices({ ...world, tables }, ASKED))).toEqual(new Error('away'));

    expect(world.deleted).toEqual([]);
  });

  it('fail the step of a server whose request another one has taken for its own, and none is left', async () => {
    const accelerators = watching<Accelerators>(world.accelerators, {
      create: async () => {
        await ofAnother('fpga');
        return world.accelerators.unbound(CONTEXT, 'fpga');
      },
    });

    const error = await rejected(bindDevices({ ...world, accelerators }, question));

    expect(error).toMatchObject({ name: 'TransactionConflict' });
    expect(world.accelerators.all()).toEqual([]);
  });
});

it('devices that are not bound yet are made anew', async () => {
  const mapping = { ...question.mapping, device_profile_0: ['C'] };
  const undeletable = watching<Accelerators>(world.accelerators, { delete: () => Promise.resolve() });
  const failed = await rejected(bindDevices({ ...world, accelerators: undeletable }, { ...question, mapping }));
  world.accelerators.addDevices('C', 1);

  const { accelUuids } = await bindDevices(world, { ...(await again()), mapping });

  expect(failed).toBeInstanceOf(AcceleratorRequestBindingFailed);
  expect(world.accelerators.all().map(({ uuid, state }) => [uuid, state])).toEqual(
    accelUuids.map((uuid) => [uuid, 'Bound']),
  );
});
