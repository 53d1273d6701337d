import type { SQSEvent } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { MemoryLog } from '#local/emulation/memory-log';
import { MemoryQueues } from '#adapters/memory/queues';
import { lambdaContext } from '#local/emulation/lambda-context';
import { QUEUE_FUNCTIONS } from '#local/emulation/queue-schema';
import { RpcCaller } from '#client/rpc-caller';
import { ExecutionsThrottled, type Executions } from '#ports/executions';
import { TableThrottled, type Tables } from '#ports/tables';
import { backoffSeconds, queueHandler, type Settled } from '#rpc/batch';
import { BuildWorld } from '../fixtures/build-world.ts';
import { ManualClock } from '../fixtures/manual-clock.ts';
import { sqsEvent } from '../fixtures/endpoints/sqs-event.ts';
import { leftOver } from '../fixtures/ledger.ts';
import { rejected } from '../fixtures/rejected.ts';
import { watching, watchingAll } from '../fixtures/watching.ts';

const HOUR = 3_600_000;

describe('a message whose function fails for a passing reason', () => {
  test('comes again after 5 seconds, then after twice as long each time, and after 300 at most', () => {
    const received = [1, 2, 3, 4, 5, 6, 7, 8, 100];

    const seconds = received.map((times) => backoffSeconds(times, 'cast'));

    expect(seconds).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300]);
  });

  test('comes again every ten seconds while its caller waits for the first minute, and every forty then', () => {
    const received = [1, 2, 3, 9, 10, 11, 12, 999];

    const seconds = received.map((times) => backoffSeconds(times, 'call'));

    expect(seconds).toEqual([5, 10, 10, 10, 10, 40, 40, 40]);
  });

  test('delays a build by seconds when it fails once', async () => {
    const { world, fail } = await failingTables();

    fail(1);
    await world.publish(world.request());
    await world.clock.advance(15_000);

    expect(world.orders()).toHaveLength(1);
  });

  test('is no dead letter after an outage of six hours, and the build is done', async () => {
    const { world, fail } = await failingTables();
    const command = world.request();

    await world.publish(command);
    fail(Infinity);
    await world.clock.advance(6 * HOUR);
    fail(0);
    await world.end();

    expect(world.platform.queues.messages('compute-task-dlq')).toEqual([]);
    expect(world.platform.queues.messages('cell-cell1-conductor-dlq')).toEqual([]);
    expect(world.server(command.uuids[0] ?? '').item).toMatchObject({ vm_state: 'active', task_state: null });
  });
});

describe('a compute that waits a minute for its answers', () => {
  test('loses no server while executions are away for an hour: its build ends when they are back', async () => {
    let isAway = true;
    const world = await BuildWorld.boot({
      scheduler: () => [['host1']],
      heartbeatSeconds: 30,
      adapt: (services) => ({
        ...services,
        executions: watching<Executions>(services.executions, {
          succeed: (...args) =>
            isAway ? Promise.reject(new ExecutionsThrottled('away')) : services.executions.succeed(...args),
        }),
      }),
    });
    const command = world.request();

    await world.publish(command);
    await world.clock.advance(HOUR);
    const during = world.server(command.uuids[0] ?? '').item;
    isAway = false;
    await world.end();

    expect(during).toMatchObject({ vm_state: 'active', task_state: null });
    expect(world.world.fleet.host('host1').troubles).toEqual([]);
    expect(await leftOver(world)).toEqual([]);
  });

  test.each([
    ['a cell', 'cell-cell1-conductor'],
    ['the API level', 'conductor'],
  ])(
    'hears no answer to its ping of %s while tables are away, so that its driver holds calls',
    async (_title, queue) => {
      const { world, fail } = await failingTables();
      const caller = new RpcCaller({ ...world.services, bus: world.world.bus }, { principal: 'host:host1' });
      const ping = {
        queue,
        namespace: 'baseapi',
        version: '1.0',
        method: 'ping',
        args: {},
        context: world.request().context,
      };
      fail(Infinity);

      const away = rejected(caller.call(ping, 10));
      await world.clock.advance(11_000);
      fail(0);
      const back = caller.call(ping, 10);
      await world.clock.advance(1000);

      expect(await away).toMatchObject({ name: 'MessagingTimeout' });
      expect(await back).toMatchObject({ service: 'conductor' });
    },
  );
});

/** A world whose tables fail so many of the next calls. */
async function failingTables() {
  let failures = 0;
  const world = await BuildWorld.boot({
    scheduler: () => [['host1']],
    heartbeatSeconds: 30,
    tables: (tables: Tables) =>
      watchingAll(tables, (_method, _args, run) => {
        if (failures <= 0) return run();
        failures -= 1;
        return Promise.reject(new TableThrottled('away'));
      }),
  });
  return {
    world,
    fail: (calls: number) => {
      failures = calls;
    },
  };
}

/** The function behind a queue, what it hides, and how it answers a batch of two. */
async function answered(serve: (event: SQSEvent) => Promise<Settled>, hide: () => Promise<void>) {
  const clock = new ManualClock();
  const hidden: (readonly [receipt: string, seconds: number])[] = [];
  const queues = Object.assign(new MemoryQueues({ clock }), {
    changeVisibility: (_queue: string, receipt: string, seconds: number) => {
      hidden.push([receipt, seconds]);
      return hide();
    },
  });
  const log = new MemoryLog();
  const handler = queueHandler({ clock, queues, log }, { name: 'conductor', kind: 'call' }, serve);
  const context = lambdaContext('object-rpc', QUEUE_FUNCTIONS['object-rpc'], clock);
  const answering = handler(sqsEvent(['a', 'b']), context);
  return { answering, clock, hidden, log };
}

/** The second of two messages fails. */
const second = async (): Promise<Settled> => [
  { status: 'fulfilled', value: undefined },
  { status: 'rejected', reason: new TableThrottled('away') },
];

describe('a batch', () => {
  test('that fails as a whole has each of its messages come again', async () => {
    const { answering, hidden } = await answered(
      () => Promise.reject(new TableThrottled('away')),
      () => Promise.resolve(),
    );

    expect(await answering).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }, { itemIdentifier: 'm1' }] });
    expect(hidden).toEqual([
      ['r0', 5],
      ['r1', 5],
    ]);
  });

  test('says why a message of it comes again: by the name of the error, which may quote the message', async () => {
    const { answering, log } = await answered(second, () => Promise.resolve());

    await answering;

    expect(log.lines.filter(({ level }) => level === 'warn')).toMatchObject([
      { fields: { message_id: 'm1', error: 'TableThrottled' } },
    ]);
    expect(JSON.stringify(log.lines)).not.toContain('away');
  });

  test('is answered although a failed message cannot be hidden', async () => {
    const { answering } = await answered(second, () => Promise.reject(new Error('away')));

    expect(await answering).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
  });

  test('is answered within the time of its function although nobody answers what hides a message', async () => {
    const { answering, clock } = await answered(second, () => new Promise(() => {}));
    await new Promise(setImmediate);

    clock.pass(9.5);

    expect(await answering).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
  });
});
