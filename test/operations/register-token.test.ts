import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { registerToken, type Wait } from '#operations/register-token';
import { equals } from '#ports/conditions';
import type { Tables } from '#ports/tables';
import { actedBy, destroyedBy, givenUpBy } from '#records/items/given-up';
import { held, HELD } from '#records/items/held-order';
import { waitingToken } from '#operations/waiting-task';
import { cellTable, instanceKey, REQUESTS, waitingTaskKey } from '#records/keys';
import { ENDED, hadBy, HOSTS, operationNames, operationState } from '#records/operation';
import { rejected } from '../fixtures/rejected.ts';
import { away, building } from '../fixtures/building-instance.ts';
import { watching } from '../fixtures/watching.ts';

const TABLE = cellTable('cell1');
const KEY = instanceKey('u1');
const LAUNCH = operationNames('launch');

const WAIT: Wait = { operation: 'launch', cell: 'cell1', uuid: 'u1', execution: 'e1', token: 't1', attempt: 1 };

const marks = (host: string) => ({ [givenUpBy(host)]: 1, [actedBy(host)]: 'x', [destroyedBy(host)]: 'x' });

describe('a Task that waits for a server', () => {
  it('has its token kept, and the record stays as it is', async () => {
    const world = await building();
    const before = await world.item();

    const registration = await registerToken(world, WAIT);

    expect(registration).toEqual({ kind: 'waiting', item: before });
    expect(await world.item()).toEqual(before);
    expect(await world.tables.get(REQUESTS, waitingTaskKey('u1', 'launch', 'e1'))).toMatchObject({
      token: 't1',
      attempt: 1,
      expires_at: 172_800,
    });
    expect(world.answers).toEqual([]);
  });

  it('has it kept for two days from now on', async () => {
    const world = { ...(await building()), clock: new VirtualClock(9000) };

    await registerToken(world, WAIT);

    const kept = await world.tables.get(REQUESTS, waitingTaskKey('u1', 'launch', 'e1'));
    expect(kept).toMatchObject({ expires_at: 9 + 172_800 });
  });

  it('names the hosts that may write, the attempt, and when the order is given', async () => {
    const world = await building();

    await registerToken(world, { ...WAIT, attempt: 2, hosts: ['host1', 'host2'], orderedAt: 7 });

    expect(await world.item()).toMatchObject({
      [LAUNCH.attempt]: 2,
      [LAUNCH.orderedAt]: 7,
      [HOSTS]: '|host1|host2|',
      [hadBy('host1')]: true,
      [hadBy('host2')]: true,
    });
  });

  it('makes its hosts who they were before they were given up, and holds no order back', async () => {
    const order = held({ execution: 'e1', host: 'host1', since: 'x', reason: '' });
    const world = await building({ ...marks('host1'), ...marks('host2'), ...order, [ENDED]: 'active' });

    await registerToken(world, { ...WAIT, hosts: ['host1'], orderedAt: 7 });

    const item = await world.item();
    expect(Object.keys(item)).not.toEqual(expect.arrayContaining([givenUpBy('host1')]));
    expect([HELD, givenUpBy('host1'), actedBy('host1'), destroyedBy('host1')].filter((name) => name in item)).toEqual(
      [],
    );
    expect(item).toMatchObject({ ...marks('host2'), [ENDED]: 'active' });
  });

  it('leaves all that stands while no order is given', async () => {
    const order = held({ execution: 'e1', host: 'host1', since: 'x', reason: '' });
    const world = await building({ [givenUpBy('host1')]: 1, [LAUNCH.orderedAt]: 5, ...order });

    await registerToken(world, { ...WAIT, hosts: ['host1'] });

    expect(await world.item()).toMatchObject({ [givenUpBy('host1')]: 1, [LAUNCH.orderedAt]: 5, ...order });
  });

  it.each([
    ['whose build has ended', { vm_state: 'active' }, 't1 {"outcome":"active"}'],
    [
      'that a host has given back in this attempt',
      { [LAUNCH.reschedule]: { attempt: 1, reason: 'full' } },
      't1 RescheduledException full',
    ],
  ])('of a server %s is answered at once', async (_title, attributes, answers) => {
    const world = await building(attributes);

    expect(await registerToken(world, WAIT)).toEqual({ kind: 'answered' });

    expect(world.answers).toEqual([answers]);
  });

  it('waits on where the server was given back in an earlier attempt', async () => {
    const world = await building({ [LAUNCH.reschedule]: { attempt: 1, reason: 'full' } });

    expect(await registerToken(world, { ...WAIT, attempt: 2 })).toMatchObject({ kind: 'waiting' });
  });

  it.each([
    ['deleted', { deleted: true }, {}, 'deleted'],
    ['another execution’s', { [LAUNCH.owner]: 'e2' }, {}, 'taken-over'],
    ['another execution’s, where the Task has a word for it', { [LAUNCH.owner]: 'e2' }, { takenOver: 'gone' }, 'gone'],
    [
      'another execution’s, which takes only what is nobody’s',
      { [LAUNCH.owner]: 'e2' },
      { hosts: ['host1'], takesUnowned: true },
      'taken-over',
    ],
    ['nobody’s', { [LAUNCH.owner]: null }, {}, 'taken-over'],
    ['nobody’s, and it may take over none', { [LAUNCH.owner]: null }, { hosts: ['host1'] }, 'taken-over'],
    [
      'another execution’s when its order begins',
      { [LAUNCH.owner]: 'e2', [LAUNCH.attempt]: 1 },
      { hosts: ['host1'], begins: { set: {}, condition: equals('task_state', 'spawning') } },
      'taken-over',
    ],
  ])('has nothing to wait for where the server is %s', async (_title, attributes, more, outcome) => {
    const world = await building(attributes);
    const before = await world.item();

    expect(await registerToken(world, { ...WAIT, ...more })).toEqual({ kind: 'answered' });

    expect(world.answers).toEqual([`t1 {"outcome":"${outcome}"}`]);
    expect(await world.item()).toEqual(before);
    expect(world.log.lines).toMatchObject([
      { level: 'info', fields: { instance: 'u1', cell: 'cell1', operation: 'launch', outcome } },
    ]);
  });

  it('has nothing to wait for where the server is gone', async () => {
    const world = await building();
    await world.tables.delete(TABLE, KEY);

    await registerToken(world, WAIT);

    expect(world.answers).toEqual(['t1 {"outcome":"deleted"}']);
  });

  it('takes over a server that is nobody’s where it may', async () => {
    const world = await building({ [LAUNCH.owner]: null });

    expect(await registerToken(world, { ...WAIT, hosts: ['host1'], takesUnowned: true })).toMatchObject({
      kind: 'waiting',
    });

    expect(operationState(await world.item(), 'launch').owner).toBe('e1');
  });

  it('is not registered while the table is away', async () => {
    const world = await building();

    expect(await rejected(registerToken({ ...world, tables: away(world.tables) }, WAIT))).toEqual(new Error('away'));
  });

  it('is told nothing of the server while the table of its cell is away', async () => {
    const world = await building();
    const tables = watching<Tables>(world.tables, {
      update: (table, ...args) =>
        table === TABLE ? Promise.reject(new Error('away')) : world.tables.update(table, ...args),
    });

    const registering = registerToken({ ...world, tables }, { ...WAIT, hosts: ['host1'] });

    expect(await rejected(registering)).toEqual(new Error('away'));
    expect(world.answers).toEqual([]);
  });
});

describe('the first registration of an order', () => {
  const begins = { set: { task_state: 'spawning' }, condition: equals('task_state', 'scheduling') };
  const first: Wait = { ...WAIT, hosts: ['host1'], begins };

  it('changes the record with it, and forgets how the task before ended', async () => {
    const world = await building({ task_state: 'scheduling', [ENDED]: 'active' });

    expect(await registerToken(world, first)).toMatchObject({ kind: 'waiting' });

    expect(await world.item()).toMatchObject({ task_state: 'spawning', [LAUNCH.attempt]: 1 });
    expect(await world.item()).not.toHaveProperty(ENDED);
  });

  it('is refused with what was found where its condition does not hold', async () => {
    const world = await building({ task_state: 'deleting' });
    const before = await world.item();

    expect(await registerToken(world, first)).toEqual({ kind: 'refused', item: before });

    expect(world.answers).toEqual([]);
  });

  it('is made once: a repeat has its token registered and begins nothing', async () => {
    const world = await building({ task_state: 'scheduling' });
    await registerToken(world, first);
    await world.tables.update(TABLE, KEY, { set: { task_state: 'networking' } });

    expect(await registerToken(world, { ...first, token: 't2' })).toMatchObject({ kind: 'waiting' });

    expect(await world.item()).toMatchObject({ task_state: 'networking' });
    expect(await waitingToken(world, await world.item(), 'launch')).toBe('t2');
  });
});
