import { describe, expect, test } from 'vitest';
import { setFields } from '#wire/wire';
import { mustBeWire } from '#wire/wire-object';
import { recordedMessage } from '../../fixtures/recorded.ts';
import { methodName } from './scripted-conductor.ts';
import { easygoing, known, list, ordered, savedFields, started, world } from './scripted-host.ts';

const built = recordedMessage('build-and-run-instance');
const instance = mustBeWire(built.args['instance'], 'the server');
const terminate = { ...built, method: 'terminate_instance', args: { instance, bdms: [] } };

describe('a deletion', () => {
  test('that is not answered in the middle leaves the server in error, with a fault and without a task', async () => {
    const { conductor, compute } = await started(
      () => 'build',
      (request) =>
        methodName(request) === 'VirtualInterface.delete_by_instance_uuid' ? 'silence' : easygoing(request),
    );

    await ordered(conductor, compute, terminate, 70_000);

    expect(savedFields(conductor.taken, 'Instance.save')).toEqual([{ vm_state: 'error' }, { task_state: null }]);
    expect(savedFields(conductor.taken, 'InstanceFault.create')).toMatchObject([{ code: 500, host: 'host2' }]);
    expect(conductor.methods()).not.toContain('Instance.destroy');
    expect(compute.troubles).toMatchObject([{ what: 'terminate_instance', error: { name: 'MessagingTimeout' } }]);
  });

  test('that cannot begin its event ends the task, and nothing else of the server', async () => {
    const { conductor, compute } = await started(
      () => 'build',
      (request) => (methodName(request) === 'InstanceActionEvent.event_start' ? 'silence' : easygoing(request)),
    );

    await ordered(conductor, compute, terminate, 70_000);

    expect(conductor.methods()).toEqual(['InstanceActionEvent.event_start', 'Instance.save']);
    expect(savedFields(conductor.taken, 'Instance.save')).toEqual([{ task_state: null }]);
  });

  test.each([
    ['deleting', { task_state: 'deleting', vm_state: 'active' }, ['Instance.save', 'Instance.destroy']],
    ['deleted', { task_state: null, vm_state: 'deleted' }, ['Instance.destroy']],
  ])('that a host died in is ended at its start: of a server that is %s', async (_title, fields, calls) => {
    const found = list('InstanceList', [setFields(instance, fields)]);
    const { conductor, compute } = world((request) => {
      const name = methodName(request);
      if (name === 'InstanceList.get_by_host') return { result: found };
      if (name === 'Service.get_by_host_and_binary') return { result: known('Service', { report_count: 41 }) };
      return easygoing(request);
    });

    await compute.start();

    expect(conductor.methods().filter((name) => name.startsWith('Instance.'))).toEqual(calls);
  });
});
