import { listOf, object } from '#objects/versioned/containers';
import { nullable } from '#objects/versioned/field';
import { dateTime, string } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';
import { instanceFields } from './instance-payload.ts';

/** From which states to which a server went. */
export const InstanceStateUpdatePayload = defineObject({
  name: 'InstanceStateUpdatePayload',
  version: '1.0',
  fields: {
    old_state: nullable(string()),
    state: nullable(string()),
    old_task_state: nullable(string()),
    new_task_state: nullable(string()),
  },
});

/** The time that a server is audited for. */
export const AuditPeriodPayload = defineObject({
  name: 'AuditPeriodPayload',
  version: '1.0',
  fields: {
    audit_period_beginning: dateTime(),
    audit_period_ending: dateTime(),
  },
});

/** What notifications say about a server that changed. */
export const InstanceUpdatePayload = defineObject({
  name: 'InstanceUpdatePayload',
  version: '2.1',
  fields: {
    ...instanceFields,
    state_update: object(InstanceStateUpdatePayload),
    audit_period: object(AuditPeriodPayload),
    old_display_name: nullable(string()),
    tags: listOf(string()),
  },
});
