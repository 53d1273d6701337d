import { describe, expect, test } from 'vitest';
import { ConductorClient } from '#client';
import { newObject } from '#wire/wire';
import { BuildRequestNotFound, MessagingTimeout, NovaError, RemoteError } from '#errors';
import type { RequestContext } from '#ports/context';
import type { Log } from '#ports/log';
import { MemoryLog } from '#local/emulation/memory-log';
import { ScriptedConductor, type Script } from '../local/fleet/scripted-conductor.ts';

const context: RequestContext = {
  request_id: 'req-1',
  user_id: 'admin',
  project_id: 'p-blue',
  is_admin: true,
  read_deleted: 'no',
  timestamp: '2026-01-01T00:00:00.000000',
};

const silentLog: Log = new MemoryLog();

function world(script: Script, log = silentLog, versionCap?: string) {
  const conductor = new ScriptedConductor(script);
  const { bus, clock, ids } = conductor;
  return { conductor, client: new ConductorClient({ bus, clock, ids, log }, { principal: 'api', versionCap }) };
}

describe('casts', () => {
  test('a cast goes to the compute-task queue in namespace compute_task, and names its sender', async () => {
    const { conductor, client } = world(() => 'silence');

    await client.cast('unshelve_instance', '1.14', { instance: null }, context, 'unique-1');
    await conductor.clock.settle();

    const named = { namespace: 'compute_task', version: '1.14', method: 'unshelve_instance', uniqueId: 'unique-1' };
    expect(conductor.taken).toMatchObject([
      {
        ...named,
        queue: 'compute-task',
        reply: undefined,
        sender: 'api',
        context: { request_id: 'req-1', project_id: 'p-blue' },
      },
    ]);
  });
});

describe('calls', () => {
  test('an object call answers the object with its updates and only what is still dirty marked', async () => {
    const updates = { vm_state: 'active', updated_at: '2026-01-01T00:00:01Z', obj_what_changed: ['ec2_ids'] };
    const { conductor, client } = world(() => ({ result: [updates, 7] }));
    const instance = newObject('Instance', '2.7', { uuid: 'u1', vm_state: 'building' });

    const answer = await client.objectAction(context, instance, 'save', {}, { cell: 'cell1' });

    expect(answer.result).toBe(7);
    expect(answer.object).toEqual({
      'nova_object.name': 'Instance',
      'nova_object.namespace': 'nova',
      'nova_object.version': '2.7',
      'nova_object.data': { uuid: 'u1', vm_state: 'active', updated_at: '2026-01-01T00:00:01Z' },
      'nova_object.changes': ['ec2_ids'],
    });
    expect(conductor.taken).toMatchObject([
      {
        queue: 'cell-cell1-conductor',
        namespace: null,
        version: '3.0',
        // Behind its caller, who was answered by a MessagingTimeout, it is not carried out any more.
        timeout: 60,
        reply: { queue: expect.stringMatching(/^reply_[0-9a-f]{24}_[0-9a-f]{12}$/) },
      },
    ]);
  });

  test('a class call goes to the API level conductor when no cell is named', async () => {
    const { conductor, client } = world(() => ({ result: null }));

    await client.objectClassAction(context, 'Service', 'get_by_host_and_binary', { Service: '1.22' }, [
      'host1',
      'nova-compute',
    ]);

    expect(conductor.taken).toMatchObject([
      {
        queue: 'conductor',
        args: { objname: 'Service', object_versions: { Service: '1.22' }, args: ['host1', 'nova-compute'], kwargs: {} },
      },
    ]);
  });

  test('a failure of a known class is raised as that error with its params', async () => {
    const failure = {
      class: 'BuildRequestNotFound',
      module: 'nova.exception',
      message: 'Build request not found for instance u1',
      kwargs: { uuid: 'u1', code: 404 },
    };
    const { client, conductor } = world(() => ({ failure }));

    const error: unknown = await client.deleteBuildRequest(context, 'u1').catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(BuildRequestNotFound);
    expect(error).toMatchObject({
      message: 'Build request not found for instance u1',
      params: { uuid: 'u1' },
      code: 404,
    });
    expect(conductor.taken).toMatchObject([
      { queue: 'conductor', args: { objmethod: 'destroy', objinst: { 'nova_object.data': { instance_uuid: 'u1' } } } },
    ]);
  });

  test.each([
    ['a class of nobody', { class: 'Strange', module: 'nova.exception' }],
    ['a class of our name in another module', { class: 'InstanceNotFound', module: 'elsewhere' }],
    ['a class whose params are missing', { class: 'TooManyInstances', module: 'nova.exception', kwargs: 7 }],
  ])('a failure of %s is raised with the original text', async (_what, failure) => {
    const { client } = world(() => ({ failure: { ...failure, message: 'odd', tb: ['a\n', 'b\n'] } }));

    const error: unknown = await client.ping(context, 'x').catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(NovaError);
    expect(error instanceof RemoteError ? error.params['value'] : String(error)).toContain('odd');
  });

  test('RemoteError keeps name, text and traceback', async () => {
    const failure = { class: 'Strange', module: 'nova.exception', message: 'odd', tb: ['a\n', 'b\n'] };
    const { client } = world(() => ({ failure }));

    const error: unknown = await client.ping(context, 'x').catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(RemoteError);
    expect(error).toMatchObject({ params: { exc_type: 'Strange', value: 'odd', traceback: 'a\nb\n' } });
  });

  test('a call without an answer fails with MessagingTimeout after its time', async () => {
    const { client, conductor } = world(() => 'silence');
    const started = conductor.clock.now();

    const error = await conductor.clock.runUntil(
      client.ping(context, 'x', {}, 10).catch((reason: unknown) => reason),
      60_000,
    );

    expect(error).toBeInstanceOf(MessagingTimeout);
    expect(conductor.clock.now() - started).toBe(10_000);
    expect(conductor.taken[0]?.timeout).toBe(10);
  });

  test('a reply that comes after the timeout, or twice, disturbs nothing', async () => {
    const { client, conductor } = world(() => ({ result: 'first' }));

    const first = await client.ping(context, 'x');
    const reply = conductor.taken[0]?.reply;
    await conductor.bus.send(reply?.queue ?? '', {
      body: JSON.stringify({ _msg_id: reply?.messageId, result: 'again' }),
    });
    await conductor.bus.send(reply?.queue ?? '', { body: 'no envelope' });
    const second = await client.ping(context, 'x');

    expect([first, second]).toEqual(['first', 'first']);
  });

  test('closing gives up the calls in progress and deletes the reply queue', async () => {
    const { client, conductor } = world(() => 'silence');
    const waiting = client.ping(context, 'x').catch((reason: unknown) => reason);
    await conductor.clock.settle();
    const before = conductor.queues.names().filter((name) => name.startsWith('reply_'));

    await client.close();

    expect(await waiting).toMatchObject({ name: 'CallerClosed' });
    expect(before).toHaveLength(1);
    expect(conductor.queues.names().filter((name) => name.startsWith('reply_'))).toEqual([]);
  });
});

describe('waitUntilReady', () => {
  test('SVC-09 fourteen pings time out, the fifteenth answers', async () => {
    const lines: string[] = [];
    const log = { ...silentLog, info: (line: string) => lines.push(line), warn: (line: string) => lines.push(line) };
    const { client, conductor } = world(() => (conductor.taken.length < 15 ? 'silence' : { result: {} }), log);
    const started = conductor.clock.now();

    await conductor.clock.runUntil(client.waitUntilReady(context), 3_600_000);

    expect(conductor.methods()).toEqual(Array(15).fill('ping'));
    expect(conductor.taken.map(({ timeout }) => timeout)).toEqual([...Array(10).fill(10), ...Array(5).fill(undefined)]);
    expect(conductor.clock.now() - started).toBe((10 * 10 + 4 * 60) * 1000);
    expect(lines.filter((line) => line.includes('timed out'))).toHaveLength(14);
    expect(lines.filter((line) => line.includes('established'))).toHaveLength(1);
  });

  test('any other failure ends the waiting', async () => {
    const { client } = world(() => ({ failure: { class: 'Strange', module: 'm', message: 'odd' } }));

    const waiting = client.waitUntilReady(context);

    await expect(waiting).rejects.toBeInstanceOf(RemoteError);
  });
});

describe('facades', () => {
  const instance = newObject('Instance', '2.7', { uuid: 'u1' });
  const flavor = newObject('Flavor', '1.2', { id: 1, name: 'm1.tiny' });
  const requestSpec = newObject('RequestSpec', '1.14', { instance_uuid: 'u1' });

  test('RPC-01 resize is migrate_server without live and rebuild', async () => {
    const { conductor, client } = world(() => ({ result: null }));

    await client.resizeInstance(context, {
      instance,
      scheduler_hint: { filter_properties: {} },
      flavor,
      clean_shutdown: false,
    });

    expect(conductor.taken).toMatchObject([
      {
        method: 'migrate_server',
        version: '1.20',
        reply: expect.any(Object),
        args: {
          live: false,
          rebuild: false,
          block_migration: null,
          disk_over_commit: null,
          clean_shutdown: false,
          host_list: null,
          flavor: { 'nova_object.name': 'Flavor' },
        },
      },
    ]);
  });

  test('RPC-02 a synchronous live migration is migrate_server with a host as hint', async () => {
    const { conductor, client } = world(() => ({ result: null }));

    await client.liveMigrateInstance(context, {
      instance,
      host: 'dest',
      block_migration: true,
      disk_over_commit: false,
      request_spec: requestSpec,
    });

    expect(conductor.taken).toMatchObject([
      {
        method: 'migrate_server',
        args: {
          scheduler_hint: { host: 'dest' },
          live: true,
          rebuild: false,
          flavor: null,
          block_migration: true,
          disk_over_commit: false,
        },
      },
    ]);
  });

  test('RPC-03 an asynchronous live migration is a cast of live_migrate_instance 1.15', async () => {
    const { conductor, client } = world(() => 'silence');

    await client.liveMigrateInstance(context, {
      instance,
      host: null,
      block_migration: null,
      disk_over_commit: null,
      request_spec: requestSpec,
      async: true,
    });
    await conductor.clock.settle();

    expect(conductor.taken).toMatchObject([{ method: 'live_migrate_instance', version: '1.15', reply: undefined }]);
    expect(Object.keys(conductor.taken[0]?.args ?? {}).toSorted()).toEqual([
      'block_migration',
      'disk_over_commit',
      'instance',
      'request_spec',
      'scheduler_hint',
    ]);
  });

  test('a cap holds for every method of the client', async () => {
    const { conductor, client } = world(() => 'silence', silentLog, '1.3');

    await client.unshelveInstance(context, instance, requestSpec);
    await conductor.clock.settle();

    expect(conductor.taken).toMatchObject([{ method: 'unshelve_instance', version: '1.3', args: { instance } }]);
    expect(conductor.taken[0]?.args).not.toHaveProperty('request_spec');
  });
});
