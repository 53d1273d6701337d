import { describe, expect, test } from 'vitest';
import { InstanceActionNotFound, NotImplementedError, NoValidHost } from '#errors';
import { actionKey } from '#records/keys';
import { plainText } from '#wire/reading';
import { SCHEDULED } from '../fixtures/live-moves.ts';
import { coldWorld, liveWorld, type MovingWorld } from '../fixtures/moves.ts';

const none = () => new NoValidHost({ reason: 'There are not enough hosts available.' });

const action = (moving: MovingWorld) =>
  moving.of.beside(moving.uuid, 'action#').find(({ request_id }) => request_id === moving.context.request_id);

const eventRow = (moving: MovingWorld, name: string) =>
  moving.of.beside(moving.uuid, 'event#').find(({ event }) => event === name);

describe('the events of a request to move a server', () => {
  test('EVT-01 a success ends its event and moves the time of its action', async () => {
    const moving = await liveWorld();
    const before = plainText(action(moving)?.['updated_at']);
    await moving.of.clock.advance(60_000);

    await moving.call(SCHEDULED);

    const event = eventRow(moving, 'conductor_migrate_server');
    expect(event).toMatchObject({ result: 'Success', traceback: null });
    expect(event?.['finish_time']).not.toBeNull();
    expect(plainText(action(moving)?.['updated_at']) > before).toBe(true);
  });

  test('EVT-02 a failure ends both events with a traceback, and the action says Error', async () => {
    const moving = await coldWorld({ scheduler: none });

    await moving.move();

    for (const name of ['conductor_migrate_server', 'cold_migrate'])
      expect(eventRow(moving, name)).toMatchObject({
        result: 'Error',
        traceback: expect.stringContaining('NoValidHost'),
      });
    expect(action(moving)).toMatchObject({ message: 'Error' });
  });

  test('EVT-03 without an action nothing is done, and the caller gets the error', async () => {
    const moving = await coldWorld();
    await moving.of.platform.tables.delete('cell-cell1', actionKey(moving.uuid, moving.context.request_id));

    const answer = await moving.move();

    expect(answer).toBeInstanceOf(InstanceActionNotFound);
    expect([moving.state, moving.migrations, moving.held()]).toEqual(['active/resize_prep', [], ['host1']]);
    expect(moving.of.platform.log.lines).toContainEqual(
      expect.objectContaining({ level: 'error', message: 'server failure' }),
    );
  });

  test('EVT-04 what has no implementation ends its event in Error', async () => {
    const moving = await liveWorld();

    const answer = await moving.move({ live: true, rebuild: true, flavor: null });

    expect(answer).toBeInstanceOf(NotImplementedError);
    expect(moving.eventResults).toEqual({ conductor_migrate_server: 'Error' });
  });

  test('EVT-05 a live migration that nobody waits for has an event of its own', async () => {
    const moving = await liveWorld();

    await moving.of.client.liveMigrateInstance(moving.context, { ...moving.liveArguments(), host: null, async: true });
    await moving.of.end();

    expect(moving.eventResults).toEqual({ conductor_live_migrate_instance: 'Success' });
  });

  test('EVT-08 a call answers null, with its event begun and ended', async () => {
    const moving = await coldWorld();

    expect(await moving.call()).toBeNull();

    expect(moving.eventResults).toEqual({ conductor_migrate_server: 'Success', cold_migrate: 'Success' });
  });
});

/** Runs every run of a step twice, as if its first answer were lost. */
const twice =
  (step: string) =>
  async <T>(run: () => Promise<T>, event: { readonly step: string }): Promise<T> => {
    if (event.step === step) await run();
    return run();
  };

describe('a step that is repeated', () => {
  test('DUP-03 a swap repeated after its answer was lost is reverted all the same', async () => {
    const moving = await coldWorld({ scheduler: none, around: twice('prepare') });

    await moving.move();

    expect([moving.held(), moving.held(plainText(moving.migrations[0]?.['uuid']))]).toEqual([['host1'], []]);
  });

  test('DUP-04 a migration created twice is one', async () => {
    const moving = await coldWorld({ around: twice('prepare') });

    await moving.move();

    expect(moving.migrations).toHaveLength(1);
  });

  test('DUP-05 an order sent twice carries one message id, which the host knows', async () => {
    const moving = await coldWorld({ around: twice('order-resize') });

    await moving.move();

    const host = moving.of.world.fleet.host('host2');
    expect(moving.orders('prep_resize')).toHaveLength(1);
    expect(host.repeated.map(({ uniqueId }) => uniqueId)).toEqual([moving.orders('prep_resize')[0]?.uniqueId]);
  });

  test('a call delivered twice starts one workflow, which answers once', async () => {
    const moving = await coldWorld();

    await Promise.all([moving.cast(), moving.cast()]);

    expect(await moving.of.executions('cold-migrate')).toHaveLength(1);
    expect([moving.state, moving.migrations.length]).toEqual(['resized/null', 1]);
  });

  test('TASK-01 a step that fails undoes what came before it, once, and the caller gets the same error', async () => {
    const undone: string[] = [];
    const moving = await coldWorld({
      scheduler: none,
      around: (run, { step }) => {
        if (step.startsWith('undo-')) undone.push(step);
        return run();
      },
    });

    expect(await moving.move()).toBeInstanceOf(NoValidHost);

    expect(undone).toEqual(['undo-select-destination', 'undo-swap-allocations', 'undo-create-migration']);
  });

  test('TASK-02 a success undoes nothing', async () => {
    const undone: string[] = [];
    const moving = await coldWorld({
      around: (run, { step }) => {
        if (step.startsWith('undo-')) undone.push(step);
        return run();
      },
    });

    expect(await moving.move()).toBeNull();

    expect(undone).toEqual([]);
  });
});

describe('a claim on a forced destination', () => {
  test('RES-21 a server that holds nothing is moved with a warning and without a claim', async () => {
    const moving = await liveWorld();
    await moving.of.services.placement.release(moving.uuid);

    expect(await moving.move({ live: true, flavor: null, hint: { host: 'host2' } })).toBeNull();

    expect([moving.item['host'], moving.held()]).toEqual(['host2', []]);
    expect(moving.of.platform.log.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('nothing is claimed') }),
    );
  });

  test("RES-20 the claim is the amounts of the source, in the name of the server's own project and user", async () => {
    const moving = await liveWorld();
    const [amounts] = Object.values(await moving.allocations());

    await moving.move({ live: true, flavor: null, hint: { host: 'host2' } });

    expect(Object.values(await moving.allocations())).toEqual([amounts]);
    const consumer = moving.of.items('placement').find(({ pk }) => pk === `consumer#${moving.uuid}`);
    expect(consumer).toMatchObject({ project_id: 'p', user_id: 'demo' });
  });
});
