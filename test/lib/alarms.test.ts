import { describe, expect, it } from 'vitest';
import { runbookSections } from '../../lib/constructs/runbook-alarm.ts';
import { nameOf, resourcesOf, templatesWith } from './synthesised.ts';

const CLOUD = {
  openstackServices: ['placement'],
  openstackAuthUrl: 'https://keystone.example.org/v3',
  openstackCredentialSecret: 'nova-conductor/openstack',
};
const templates = [...templatesWith({ canaryHosts: 'host1', ...CLOUD }).all.values()];
const alarms = templates.flatMap((template) => resourcesOf(template, 'AWS::CloudWatch::Alarm'));
const names = alarms.map((alarm) => nameOf(alarm, 'AlarmName'));

describe('alarms', () => {
  it.each(['build', 'launch'])('watch how executions of %s end', (workflow) => {
    const endings = ['failed', 'timed-out', 'aborted', 'throttled'];

    expect(names).toEqual(
      expect.arrayContaining(endings.map((ending) => `nova-conductor-${workflow}-executions-${ending}`)),
    );
  });

  it('watch age and dead letters of every queue', () => {
    const queues = templates
      .flatMap((template) => resourcesOf(template, 'AWS::SQS::Queue'))
      .map((queue) => nameOf(queue, 'QueueName'))
      .filter((queue) => !queue.endsWith('-dlq'));

    expect(queues).toHaveLength(5);
    expect(names).toEqual(
      expect.arrayContaining(queues.flatMap((queue) => [`${queue}-dead-letters`, `${queue}-oldest-message`])),
    );
  });

  it('each lead to a section of the runbook and call somebody', () => {
    const sections = runbookSections();

    for (const alarm of alarms) {
      const section = /docs\/runbook\.md#(\S+)$/u.exec(nameOf(alarm, 'AlarmDescription'))?.[1];
      expect(sections).toContain(section);
      expect(alarm.Properties?.['AlarmActions']).toHaveLength(1);
      expect(alarm.Properties?.['TreatMissingData']).toBe('notBreaching');
    }
  });

  it('are about one metric each, not about expressions', () => {
    expect(alarms.filter((alarm) => alarm.Properties?.['MetricName'] === undefined)).toEqual([]);
  });

  it('leave no section of the runbook without an alarm', () => {
    const described = alarms.map((alarm) => nameOf(alarm, 'AlarmDescription').split('#').at(-1));

    expect([...runbookSections()].filter((section) => !described.includes(section))).toEqual([]);
  });
});
