import { describe, expect, test } from 'vitest';
import { recordedMessage, recordedSteps } from '../../fixtures/recorded.ts';
import { methodName } from './scripted-conductor.ts';
import {
  easygoing,
  started,
  ordered,
  fields,
  savedFields,
  step,
  withoutNetworkAgent,
  keepingInfoCache,
  withoutTimes,
} from './scripted-host.ts';

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
    expect(compute.instances).toEqual([]);
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

  test('the behaviour of a host is given the attempt', async () => {
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
