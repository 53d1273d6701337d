import { describe, expect, test } from 'vitest';
import { recordedCalls, recordedMessage } from '../../fixtures/recorded.ts';
import { methodName } from './scripted-conductor.ts';
import { easygoing, replay, world, started, ordered, comparable, list, known, savedFields } from './scripted-host.ts';

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
    expect(compute.instances).toEqual(['fe0efe95-dd3c-432f-aa70-48a0bdb487e3']);
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

    const recorded = recordedMessage('build-and-run-instance');
    const args = { instance: recorded.args['instance'] ?? null };
    await ordered(conductor, compute, { ...recorded, method: 'pause_instance', args });

    expect(compute.received).toMatchObject([{ method: 'pause_instance' }]);
    expect([conductor.taken, compute.troubles]).toEqual([[], []]);
  });

  test('an order that nova-compute would not understand is not carried out', async () => {
    const { conductor, compute } = await started(() => 'build');
    const recorded = recordedMessage('build-and-run-instance');

    await ordered(conductor, compute, { ...recorded, args: { ...recorded.args, offload: true } });

    expect(compute.misunderstood).toEqual(['build_and_run_instance takes no offload at 6.0']);
    expect([compute.received, conductor.taken]).toEqual([[], []]);
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
    expect(compute.instances).toEqual([]);
  });
});
