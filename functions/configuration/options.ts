import * as v from 'valibot';
import { CANARY_OPTIONS } from './canary.ts';
import { OPENSTACK_OPTIONS } from './openstack.ts';
import { QUOTA_OPTIONS } from './quota.ts';
import { SCHEDULING_OPTIONS } from './scheduling.ts';
import { choice, flag, text, wholeNumber } from './values.ts';

const ANY_TEXT = /^.+$/u;

/**
 * What the context decides and every function is given. A new option is one line here and its text in texts.ts: the
 * context key is its name, and checks, environment variables and docs/configuration.md follow.
 */
export const FUNCTION_OPTIONS = v.strictObject({
  deployment: v.optional(
    text(
      {
        form: /^[a-z][a-z0-9-]{1,30}$/u,
        values: 'a lower-case name of 2 to 31 characters',
        remedy: 'set it in cdk.json',
      },
      'DEPLOYMENT',
    ),
    'nova-conductor',
  ),
  requirePrincipals: v.optional(flag('REQUIRE_PRINCIPALS'), true),
  directCalls: v.optional(flag('DIRECT_CALLS'), false),
  serviceDownTime: v.optional(wholeNumber(1, 86_400, 'SERVICE_DOWN_TIME'), 60),
  heartbeatWindow: v.optional(v.nullable(wholeNumber(0, 36_000, 'HEARTBEAT_WINDOW')), null),
  massSilenceShare: v.optional(wholeNumber(1, 100, 'MASS_SILENCE_SHARE'), 20),
  massSilenceLeast: v.optional(wholeNumber(1, 100_000, 'MASS_SILENCE_LEAST'), 3),
  waitSeconds: v.optional(wholeNumber(1, 86_400, 'WAIT_SECONDS'), 120),
  orderSeconds: v.optional(wholeNumber(0, 604_800, 'ORDER_SECONDS'), 600),
  restartGraceSeconds: v.optional(wholeNumber(0, 604_800, 'RESTART_GRACE_SECONDS'), 300),
  stallSeconds: v.optional(wholeNumber(0, 2_678_400, 'STALL_SECONDS'), 0),
  fencing: v.optional(flag('FENCING'), false),
  hostCallSeconds: v.optional(wholeNumber(60, 86_400, 'HOST_CALL_SECONDS'), 1800),
  crossAzAttach: v.optional(flag('CROSS_AZ_ATTACH'), true),
  precacheConcurrency: v.optional(wholeNumber(1, 40, 'PRECACHE_CONCURRENCY'), 1),
  notificationFormat: v.optional(choice(['unversioned', 'versioned', 'both'], 'NOTIFICATION_FORMAT'), 'unversioned'),
  notifyOnStateChange: v.optional(
    v.nullable(choice(['vm_state', 'vm_and_task_state'], 'NOTIFY_ON_STATE_CHANGE')),
    null,
  ),
  host: v.optional(
    text(
      { form: /^[\w.-]{1,255}$/u, values: 'a name of letters, digits, dots, dashes and underscores' },
      'CONDUCTOR_HOST',
    ),
    'conductor',
  ),
  // As long as Step Functions knows an execution's name: it may work two months, and be redriven 14 days after that.
  requestDays: v.optional(wholeNumber(90, 365, 'REQUEST_DAYS'), 90),
  ...CANARY_OPTIONS,
  ...SCHEDULING_OPTIONS,
  ...QUOTA_OPTIONS,
  ...OPENSTACK_OPTIONS,
});

/** What synthesis gives functions beside the options: names and addresses of what lies in the account. */
export const ADDRESSES = v.strictObject({
  queueUrlBase: text({ form: ANY_TEXT, values: 'the address of every queue without its name' }, 'QUEUE_URL_BASE'),
  stateMachineArnBase: text(
    { form: /:stateMachine:$/u, values: 'an ARN that ends in :stateMachine:' },
    'STATE_MACHINE_ARN_BASE',
  ),
  messageBucket: text({ form: ANY_TEXT, values: 'the name of a bucket' }, 'MESSAGE_BUCKET'),
  roleId: v.optional(text({ form: ANY_TEXT, values: 'the unique id of a role' }, 'ROLE_ID')),
  homeRoleArn: v.optional(text({ form: ANY_TEXT, values: 'the ARN of a role' }, 'HOME_ROLE_ARN')),
  eventBusName: text({ form: ANY_TEXT, values: 'the name of an event bus' }, 'EVENT_BUS_NAME'),
  sealKeyId: text({ form: ANY_TEXT, values: 'an id, ARN or alias of a key' }, 'SEAL_KEY_ID'),
});

/** The cell whose conductor queue a function serves. */
export const CELL = v.strictObject({
  name: text({ form: ANY_TEXT, values: 'the name of a cell' }, 'CELL'),
  uuid: text({ form: ANY_TEXT, values: 'the uuid of the mapping of the cell' }, 'CELL_UUID'),
});

/** What holds where the context says nothing. */
export const FUNCTION_DEFAULTS: FunctionOptions = v.parse(FUNCTION_OPTIONS, {});

export type FunctionOptions = v.InferOutput<typeof FUNCTION_OPTIONS>;
export type Addresses = v.InferOutput<typeof ADDRESSES>;
export type CellOptions = v.InferOutput<typeof CELL>;
