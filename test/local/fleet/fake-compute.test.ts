import { describe, expect, test } from 'vitest';
import { dirtyFields, isMap, isWireObject } from '#client/wire';
import { FakeCompute, type ComputeOptions } from '#local/fleet/fake-compute';
import type { Manners } from '#local/fleet/manners';
import type { Json, JsonMap } from '#ports/json';
import { recordedCalls, recordedMessage, recordedSteps, wrapped, type RecordedCall } from '../../fixtures/recorded.ts';
import { methodName, ScriptedConductor, type Script, type Taken } from './scripted-conductor.ts';

/** Answers as a conductor whose records always fit: saves change nothing else, and nobody is known yet. */
const easygoing: Script = ({ method, args }) => {
  if (method === 'ping') return { result: { service: 'conductor', arg: null } };
  if (method === 'object_action') return { result: [{ obj_what_changed: [] }, null] };
  if (args['objmethod'] === 'get_by_host_and_nodename') return { failure: COMPUTE_HOST_NOT_FOUND };
  return { result: null };
};

const COMPUTE_HOST_NOT_FOUND = {
  class: 'ComputeHostNotFound',
  module: 'nova.exception',
  message: 'Compute host host2 could not be found.',
  kwargs: { host: 'host2', code: 404 },
};

/** Answers call by call what was recorded. */
const replay =
  (calls: readonly RecordedCall[], conductor: () => ScriptedConductor): Script =>
  () => {
    const call = calls[conductor().taken.length - 1];
    if (call === undefined) return 'silence';
    return call.failure === null ? { result: call.result } : { failure: call.failure };
  };

function world(script: Script = easygoing, options: Partial<ComputeOptions> = {}) {
  const conductor = new ScriptedConductor(script);
  const compute = new FakeCompute(conductor, { host: 'host2', cell: 'cell1', heartbeatSeconds: 0, ...options });
  return { conductor, compute };
}

/** A started host, the calls of its start forgotten. */
async function started(manners: Manners, script: Script = easygoing, options: Partial<ComputeOptions> = {}) {
  const { conductor, compute } = world(script, { manners, ...options });
  await compute.start();
  conductor.taken.length = 0;
  return { conductor, compute };
}

/** Gives the host an order and waits until it has done what it does of it. */
async function ordered(conductor: ScriptedConductor, compute: FakeCompute, message: JsonMap, milliseconds = 60_000) {
  await conductor.bus.send(compute.queue, { body: wrapped(message) });
  await conductor.clock.advance(milliseconds);
}

const SPAWN_STEPS = ['VirtualInterface.create', 'InstanceInfoCache.refresh'];

describe('the start of a host', () => {
  test('it makes the calls of a recorded nova-compute, field by field', async () => {
    const calls = recordedCalls('start-of-host2');
    const { conductor, compute } = world(replay(calls, () => conductor));

    await compute.start();

    expect(conductor.taken.slice(1).map(comparable)).toEqual(calls.slice(1).map(comparable));
    expect(conductor.taken[0]).toMatchObject({ method: 'ping', namespace: 'baseapi', version: '1.0' });
    expect(new Set(conductor.taken.map(({ queue, sender }) => `${queue} ${sender}`))).toEqual(
      new Set(['cell-cell1-conductor host:host2']),
    );
  });

  test('a host that comes back finds its service and node, and ends the build that it died in', async () => {
    const instance = recordedMessage('build-and-run-instance').args['instance'] ?? null;
    const { conductor, compute } = world((request) => {
      const name = methodName(request);
      if (name === 'InstanceList.get_by_host') return { result: list('InstanceList', [instance]) };
      if (name === 'InstanceList.get_by_host_and_node') return { result: list('InstanceList', [instance]) };
      if (name === 'Service.get_by_host_and_binary') return { result: known('Service', { report_count: 41 }) };
      if (name === 'ComputeNode.get_by_host_and_nodename') return { result: known('ComputeNode', { id: 7 }) };
      return easygoing(request);
    });

    await compute.start();

    expect(conductor.methods()).not.toContain('Service.create');
    expect(conductor.methods()).not.toContain('ComputeNode.create');
    expect(savedFields(conductor.taken, 'Instance.save')).toEqual([{ vm_state: 'error', task_state: null }]);
    expect(savedFields(conductor.taken, 'ComputeNode.save')).toMatchObject([{ vcpus_used: 1, memory_mb_used: 1024 }]);
  });

  test('it heartbeats every ten seconds, each counting one up', async () => {
    const { conductor, compute } = world(easygoing, { heartbeatSeconds: 10 });

    await compute.start();
    await conductor.clock.advance(25_000);

    expect(savedFields(conductor.taken, 'Service.save')).toEqual([
      { report_count: 1 },
      { report_count: 2 },
      { report_count: 3 },
    ]);
  });

  test('a heartbeat that fails is kept as trouble, and the next one comes', async () => {
    const failure = { class: 'Strange', module: 'm', message: 'odd' };
    let beats = 0;
    const { conductor, compute } = world(
      (request) => (methodName(request) === 'Service.save' && (beats += 1) === 2 ? { failure } : easygoing(request)),
      { heartbeatSeconds: 10 },
    );

    await compute.start();
    await conductor.clock.advance(25_000);

    expect(beats).toBe(3);
    expect(compute.troubles).toMatchObject([{ what: 'heartbeat', error: { name: 'RemoteError' } }]);
  });
});

describe('a build', () => {
  test('it makes the calls of a recorded nova-compute, field by field', async () => {
    const calls = [...recordedCalls('start-of-host2'), ...recordedCalls('build-on-host2')];
    const { conductor, compute } = world(replay(calls, () => conductor));
    await compute.start();
    const startCalls = conductor.taken.length;

    await ordered(conductor, compute, recordedMessage('build-and-run-instance'));

    expect(conductor.taken.slice(startCalls).map(comparable)).toEqual(calls.slice(startCalls).map(comparable));
    expect(compute.troubles).toEqual([]);
    expect(compute.servers).toEqual(['fe0efe95-dd3c-432f-aa70-48a0bdb487e3']);
  });

  test('the order is kept as it came, and a repeat of it builds nothing', async () => {
    const { conductor, compute } = await started(() => 'build');
    const message = recordedMessage('build-and-run-instance');

    await ordered(conductor, compute, message);
    const calls = conductor.taken.length;
    await ordered(conductor, compute, message);

    expect(compute.received).toMatchObject([{ method: 'build_and_run_instance', version: '6.0', args: message.args }]);
    expect(compute.repeated).toHaveLength(1);
    expect(conductor.taken).toHaveLength(calls);
    expect(conductor.queues.messages(compute.queue)).toEqual([]);
  });

  test('an order that it does not know is kept, and nothing else happens', async () => {
    const { conductor, compute } = await started(() => 'build');

    await ordered(conductor, compute, { ...recordedMessage('build-and-run-instance'), method: 'start_instance' });

    expect(compute.received).toMatchObject([{ method: 'start_instance' }]);
    expect([conductor.taken, compute.troubles]).toEqual([[], []]);
  });

  test('a slow host is active after its delay', async () => {
    const { conductor, compute } = await started(() => ({ delay: 30_000 }));

    await ordered(conductor, compute, recordedMessage('build-and-run-instance'), 29_000);
    const before = savedFields(conductor.taken, 'Instance.save').at(-1);
    await conductor.clock.advance(2_000);
    const after = savedFields(conductor.taken, 'Instance.save').at(-1);

    expect([before, after]).toMatchObject([{ task_state: 'spawning' }, { vm_state: 'active', power_state: 1 }]);
  });

  test('a server that another task owns by now is left alone', async () => {
    const failure = {
      class: 'UnexpectedTaskStateError',
      module: 'nova.exception',
      message: 'Conflict',
      kwargs: { instance_uuid: 'u', expected: {}, actual: {}, code: 500 },
    };
    const { conductor, compute } = await started(
      () => 'build',
      (request) => (methodName(request) === 'Instance.save' ? { failure } : easygoing(request)),
    );

    await ordered(conductor, compute, recordedMessage('build-and-run-instance'));

    expect(conductor.methods()).toEqual([
      'InstanceActionEvent.event_start',
      'Instance.save',
      'InstanceActionEvent.event_finish_with_failure',
    ]);
    expect(compute.servers).toEqual([]);
  });
});

describe('a build that fails', () => {
  const reason = 'Insufficient compute resources: scenario: host cannot build it.';

  test('it makes the calls of a recorded nova-compute, those of its network agent left out', async () => {
    const { conductor, compute } = await started(() => ({ fail: reason }), keepingInfoCache);
    const [firstCacheSave, ...recorded] = withoutNetworkAgent(recordedSteps('failing-build-calls'));

    await ordered(conductor, compute, recordedMessage('failing-build-and-run-instance'));

    expect(firstCacheSave).toBeDefined();
    expect(conductor.taken.map(step)).toEqual([firstCacheSave, ...recorded]);
  });

  test('its request for another host is the recorded one, but for the traceback', async () => {
    const { conductor, compute } = await started(() => ({ fail: reason }), keepingInfoCache);
    const recorded = recordedMessage('reschedule-build-instances');

    await ordered(conductor, compute, recordedMessage('failing-build-and-run-instance'));

    const sent = conductor.taken.find(({ method }) => method === 'build_instances');
    expect(sent).toMatchObject({
      queue: 'compute-task',
      namespace: 'compute_task',
      version: '1.19',
      sender: 'host:host2',
    });
    expect(withoutTimes(sent?.args ?? {})).toEqual(withoutTimes(recorded.args));
    expect(sent?.context.request_id).toBe(recorded['_context_request_id']);
    expect(compute.servers).toEqual([]);
  });

  test('with abort the server ends in error with a fault, and nobody else is asked', async () => {
    const { conductor, compute } = await started(() => ({ abort: 'no such image' }));

    await ordered(conductor, compute, recordedMessage('failing-build-and-run-instance'));

    const fault = conductor.taken.find((request) => methodName(request) === 'InstanceFault.create');
    expect(savedFields(conductor.taken, 'Instance.save').at(-1)).toMatchObject({ vm_state: 'error', task_state: null });
    expect(fault?.args).toMatchObject({
      objinst: { 'nova_object.data': { code: 500, message: expect.stringContaining('aborted: no such image') } },
    });
    expect(conductor.methods()).not.toContain('build_instances');
  });

  test('without retry bookkeeping it may not ask for another host', async () => {
    const { conductor, compute } = await started(() => ({ fail: reason }));
    const message = recordedMessage('failing-build-and-run-instance');

    await ordered(conductor, compute, { ...message, args: { ...message.args, filter_properties: {} } });

    expect(conductor.methods()).not.toContain('build_instances');
    expect(savedFields(conductor.taken, 'Instance.save').at(-1)).toMatchObject({ vm_state: 'error' });
  });

  test('a server that is deleted meanwhile gives its resources back, and nothing more', async () => {
    const failure = {
      class: 'InstanceNotFound',
      module: 'nova.exception',
      message: 'gone',
      kwargs: { instance_id: 'u' },
    };
    const { conductor, compute } = await started(
      () => 'build',
      (request) =>
        methodName(request) === 'Instance.save' && fields(request)['task_state'] === 'networking'
          ? { failure }
          : easygoing(request),
    );

    await ordered(conductor, compute, recordedMessage('build-and-run-instance'));

    expect(savedFields(conductor.taken, 'ComputeNode.save')).toMatchObject([{ vcpus_used: 1 }, { vcpus_used: 0 }]);
    expect(conductor.methods()).not.toContain('build_instances');
  });
});

describe('a host that dies', () => {
  test.each(['after-read', 'after-claim', 'mid-build'] as const)(
    '%s: it leaves everything as it is, and no heartbeat comes any more',
    async (moment) => {
      const { conductor, compute } = await started(() => ({ die: moment }), easygoing, { heartbeatSeconds: 10 });

      await ordered(conductor, compute, recordedMessage('build-and-run-instance'));
      const calls = conductor.taken.length;
      await conductor.clock.advance(600_000);

      expect(compute.alive).toBe(false);
      expect(compute.received).toHaveLength(1);
      expect(conductor.taken).toHaveLength(calls);
      expect(conductor.methods()).not.toContain('InstanceActionEvent.event_finish_with_failure');
      expect(savedFields(conductor.taken, 'Instance.save')).not.toContainEqual(
        expect.objectContaining({ vm_state: 'active' }),
      );
      expect(compute.troubles).toEqual([]);
    },
  );

  test('before-read: the order stays in the queue, and is carried out when the host comes back', async () => {
    let lives = 0;
    const { conductor, compute } = await started(() => ((lives += 1) === 1 ? { die: 'before-read' } : 'build'));

    await ordered(conductor, compute, recordedMessage('build-and-run-instance'), 20_000);
    const receivedWhileDead = compute.received.length;
    await compute.start();
    await conductor.clock.advance(60_000);

    expect(receivedWhileDead).toBe(0);
    expect(compute.received).toHaveLength(1);
    expect(savedFields(conductor.taken, 'Instance.save').at(-1)).toMatchObject({ vm_state: 'active' });
  });

  test('killed from outside while it spawns: the build ends where it is', async () => {
    const { conductor, compute } = await started(() => ({ delay: 30_000 }));
    await ordered(conductor, compute, recordedMessage('build-and-run-instance'), 10_000);

    compute.die();
    await conductor.clock.advance(600_000);
    await compute.idle();

    expect(savedFields(conductor.taken, 'Instance.save').at(-1)).toMatchObject({ task_state: 'spawning' });
  });

  test('killed while it waits for the conductor: it sends nothing any more', async () => {
    const { conductor, compute } = await started(() => 'build');
    conductor.script = (request) => (methodName(request) === 'ComputeNode.save' ? 'silence' : easygoing(request));
    await ordered(conductor, compute, recordedMessage('build-and-run-instance'), 1_000);
    const calls = conductor.taken.length;

    compute.die();
    await conductor.clock.advance(600_000);
    await compute.idle();

    expect(conductor.taken).toHaveLength(calls);
    expect(compute.troubles).toEqual([]);
  });

  test('the manners of a host are told the attempt', async () => {
    const attempts: number[] = [];
    const { conductor, compute } = await started((_order, attempt) => {
      attempts.push(attempt);
      return 'build';
    });
    const message = recordedMessage('build-and-run-instance');
    const retry = { limits: {}, retry: { num_attempts: 2, hosts: [] } };

    await ordered(conductor, compute, message);
    await ordered(conductor, compute, {
      ...message,
      _unique_id: 'another',
      args: { ...message.args, filter_properties: retry },
    });

    expect(attempts).toEqual([1, 2]);
  });
});

/** Method and arguments, dirty fields in order and times of the host's own clock left out. */
const comparable = ({ method, args }: { readonly method: string; readonly args: JsonMap }) => ({
  method,
  args: comparableValue(args),
});

function comparableValue(value: Json): Json {
  if (Array.isArray(value)) return value.map(comparableValue);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => {
      if (name === 'launched_at' && typeof field === 'string') return [name, 'some time'];
      if (name === 'nova_object.changes' && Array.isArray(field)) return [name, field.map(String).toSorted()];
      return [name, comparableValue(field)];
    }),
  );
}

const list = (name: string, objects: Json[]): JsonMap => known(name, { objects });

const known = (name: string, data: JsonMap): JsonMap => ({
  'nova_object.name': name,
  'nova_object.namespace': 'nova',
  'nova_object.version': '1.0',
  'nova_object.data': data,
});

/** The dirty fields of an object call. */
function fields({ args }: Taken): JsonMap {
  const object = args['objinst'];
  if (!isWireObject(object)) return {};
  return Object.fromEntries(
    dirtyFields(object)
      .filter((name) => name !== 'ec2_ids' && name !== 'tags')
      .map((name) => [name, object['nova_object.data'][name] ?? null]),
  );
}

/** The dirty fields of every call of that method. */
const savedFields = (taken: readonly Taken[], method: string): JsonMap[] =>
  taken.filter((request) => methodName(request) === method).map(fields);

const step = (request: Taken): [string, string[]] => {
  const object = request.args['objinst'];
  return [methodName(request), isWireObject(object) ? dirtyFields(object).toSorted() : []];
};

/** What the network agent of the recorded host did on the side while the server was spawning. */
function withoutNetworkAgent(steps: [string, string[]][]): [string, string[]][] {
  const sideSave = steps.findIndex(([method]) => method === 'InstanceInfoCache.save');
  return steps.filter(([method], at) => at !== sideSave && !SPAWN_STEPS.includes(method));
}

/** A conductor that answers EC2 ids as dirty, as Nova's does, and times of its own for the info cache. */
const keepingInfoCache: Script = (request) => {
  const name = methodName(request);
  if (name === 'Instance.save') {
    const object = request.args['objinst'];
    const tags = isWireObject(object) ? (object['nova_object.data']['tags'] ?? null) : null;
    return { result: [{ tags, updated_at: 'then', obj_what_changed: ['ec2_ids'] }, null] };
  }
  if (name === 'InstanceInfoCache.save')
    return {
      result: [
        { created_at: 'then', updated_at: 'then', deleted_at: null, deleted: false, obj_what_changed: [] },
        null,
      ],
    };
  if (name === 'ComputeNode.save') return { result: [{ obj_what_changed: ['pci_device_pools'] }, null] };
  return easygoing(request);
};

/** Without times and without the traceback. */
function withoutTimes(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutTimes);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'created_at' && name !== 'updated_at' && name !== 'exc')
      .map(([name, field]) => [name, withoutTimes(field)]),
  );
}
