import * as v from 'valibot';
import { OPENSTACK_NETWORK_OPTIONS, OPENSTACK_OPTIONS } from './openstack.ts';
import { choice, flag, names, text, wholeNumber } from './values.ts';

const ANY_TEXT = /^.+$/u;
const STEPS = 'workflow steps';

/**
 * What the context decides and every function is told. A new option is one line here: the context key is its name, and
 * checks, environment variables and docs/configuration.md follow.
 */
export const FUNCTION_OPTIONS = v.strictObject({
  deployment: v.optional(
    text(
      {
        form: /^[a-z][a-z0-9-]{1,30}$/u,
        values: 'a lower-case name of 2 to 31 characters',
        remedy: 'set it in cdk.json',
      },
      {
        says: 'Prefix of every stack, table, queue, function, workflow and topic, and of the message bucket.',
        readBy: 'synthesis, every function',
        environment: 'DEPLOYMENT',
      },
    ),
    'nova-conductor',
  ),
  requirePrincipals: v.optional(
    flag({
      says: 'Whether a host or publisher is known by its principal of IAM alone. Where it is off, every sender is believed: for emulators only.',
      readBy: 'functions behind queues',
      environment: 'REQUIRE_PRINCIPALS',
    }),
    true,
  ),
  serviceDownTime: v.optional(
    wholeNumber(1, 86_400, {
      says: 'How long a host may be silent before it counts as down, and how far a conductor queue may lag before nobody knows.',
      readBy: `scheduler, object calls, ${STEPS}, reconciler, the alarm on the age of conductor queues`,
      environment: 'SERVICE_DOWN_TIME',
      unit: 'seconds',
      nova: 'service_down_time',
    }),
    60,
  ),
  massSilenceShare: v.optional(
    wholeNumber(1, 100, {
      says: 'Which part of the hosts of a cell may fall silent within one serviceDownTime before nobody knows whether any of them is dead.',
      readBy: `${STEPS}, reconciler`,
      environment: 'MASS_SILENCE_SHARE',
      unit: 'percent',
    }),
    20,
  ),
  massSilenceLeast: v.optional(
    wholeNumber(1, 100_000, {
      says: 'How many hosts that part must be at least.',
      readBy: `${STEPS}, reconciler`,
      environment: 'MASS_SILENCE_LEAST',
      unit: 'hosts',
    }),
    3,
  ),
  waitSeconds: v.optional(
    wholeNumber(1, 86_400, {
      says: 'Time until the first look at a host that an operation waits for; later ones come after a tenth of the time waited so far, at most half an hour.',
      readBy: STEPS,
      environment: 'WAIT_SECONDS',
      unit: 'seconds',
    }),
    120,
  ),
  orderSeconds: v.optional(
    wholeNumber(0, 604_800, {
      says: 'How long a living host may show no sign of having taken its order before that order is lost; 0 for ever.',
      readBy: STEPS,
      environment: 'ORDER_SECONDS',
      unit: 'seconds',
    }),
    600,
  ),
  restartGraceSeconds: v.optional(
    wholeNumber(0, 604_800, {
      says: 'What a restarted compute service has not finished within this time of the orders that it had before is given up; 0 for never.',
      readBy: STEPS,
      environment: 'RESTART_GRACE_SECONDS',
      unit: 'seconds',
    }),
    300,
  ),
  stallSeconds: v.optional(
    wholeNumber(0, 2_678_400, {
      says: 'How long the record may stay unchanged before a living host that has taken its order is given up; 0 for ever, as in Nova.',
      readBy: STEPS,
      environment: 'STALL_SECONDS',
      unit: 'seconds',
    }),
    0,
  ),
  notificationFormat: v.optional(
    choice(['unversioned', 'versioned', 'both'], {
      says: 'Which families of notifications are sent.',
      readBy: 'object calls, workflow steps, reconciler',
      environment: 'NOTIFICATION_FORMAT',
      nova: 'notifications.notification_format',
    }),
    'unversioned',
  ),
  notifyOnStateChange: v.optional(
    v.nullable(
      choice(['vm_state', 'vm_and_task_state'], {
        says: 'Which changes of a server are told of; unset, none are.',
        readBy: 'object calls, workflow steps',
        environment: 'NOTIFY_ON_STATE_CHANGE',
        nova: 'notifications.notify_on_state_change',
      }),
    ),
    null,
  ),
  ...OPENSTACK_OPTIONS,
});

/** What the context decides for the stacks alone. */
const STACK_OPTIONS = v.strictObject({
  cells: v.optional(
    names(
      {
        form: /^[a-z][a-z0-9-]{0,30}$/u,
        values: 'a list of lower-case names of at most 31 characters',
        remedy: 'rename it in cdk.json',
        once: 'name each cell once, and cell0 not at all',
        reserved: 'cell0',
      },
      { says: 'The cells that have stacks, beside cell0. A name is never changed afterwards.', readBy: 'synthesis' },
    ),
    [],
  ),
  tracing: v.optional(
    flag({ says: 'Whether functions and workflows send traces to X-Ray.', readBy: 'functions, workflows' }),
    false,
  ),
  ...OPENSTACK_NETWORK_OPTIONS,
});

const ADDRESS = { readBy: 'every function' };

/** What synthesis tells functions beside the options: names and addresses of what lies in the account. */
export const ADDRESSES = v.strictObject({
  queueUrlBase: text(
    { form: ANY_TEXT, values: 'the address of every queue without its name' },
    {
      ...ADDRESS,
      says: 'What the address of every queue begins with.',
      environment: 'QUEUE_URL_BASE',
    },
  ),
  stateMachineArnBase: text(
    { form: /:stateMachine:$/u, values: 'an ARN that ends in :stateMachine:' },
    {
      ...ADDRESS,
      says: 'What the ARN of every state machine begins with.',
      environment: 'STATE_MACHINE_ARN_BASE',
    },
  ),
  messageBucket: text(
    { form: ANY_TEXT, values: 'the name of a bucket' },
    {
      ...ADDRESS,
      says: 'Bucket of the payloads that no queue takes.',
      environment: 'MESSAGE_BUCKET',
    },
  ),
  roleId: v.optional(
    text(
      { form: ANY_TEXT, values: 'the unique id of a role' },
      {
        ...ADDRESS,
        says: "Unique id of the function's own role, by which it knows its own messages.",
        environment: 'ROLE_ID',
      },
    ),
  ),
  eventBusName: text(
    { form: ANY_TEXT, values: 'the name of an event bus' },
    {
      ...ADDRESS,
      says: 'Event bus of the notifications.',
      environment: 'EVENT_BUS_NAME',
    },
  ),
  sealKeyId: text(
    { form: ANY_TEXT, values: 'an id, ARN or alias of a key' },
    {
      says: 'Key that seals request documents.',
      readBy: 'functions that read request documents',
      environment: 'SEAL_KEY_ID',
    },
  ),
});

/** The cell whose conductor queue a function serves. */
export const CELL = v.strictObject({
  name: text(
    { form: ANY_TEXT, values: 'the name of a cell' },
    {
      says: 'Cell whose conductor queue the function serves; unset at the API level.',
      readBy: "a cell's object-rpc",
      environment: 'CELL',
    },
  ),
  uuid: text(
    { form: ANY_TEXT, values: 'the uuid of the mapping of the cell' },
    {
      says: 'Uuid of that cell.',
      readBy: "a cell's object-rpc",
      environment: 'CELL_UUID',
    },
  ),
});

/** All that a context may say. */
export const CONTEXT = v.strictObject({ ...FUNCTION_OPTIONS.entries, ...STACK_OPTIONS.entries });

/** What holds where the context says nothing. */
export const FUNCTION_DEFAULTS: FunctionOptions = v.parse(FUNCTION_OPTIONS, {});

export type FunctionOptions = v.InferOutput<typeof FUNCTION_OPTIONS>;
export type ContextOptions = v.InferOutput<typeof CONTEXT>;
export type Addresses = v.InferOutput<typeof ADDRESSES>;
