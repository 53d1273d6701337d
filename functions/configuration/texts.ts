import { STEPS, type OptionText } from './option-text.ts';
import type { ContextOptions } from './context.ts';
import type { Addresses, CellOptions } from './options.ts';
import { SCHEDULING_TEXTS } from './scheduling-texts.ts';
import { SIZE_TEXTS } from './size-texts.ts';

/* What is said of options in docs/configuration.md. Functions import none of it: they would read it at every start. */

const EVERY = 'every function';
const CLOUD = 'workflow steps and object calls that ask images, networks or claims';

/** Of the keys of the context; one without a text does not compile. */
export const CONTEXT_TEXTS: Readonly<Record<keyof ContextOptions, OptionText>> = {
  deployment: {
    says: 'Prefix of every stack, table, queue, function, workflow and topic, and of the message bucket.',
    readBy: 'synthesis, every function',
  },
  requirePrincipals: {
    says: 'Whether a host or publisher is known by its principal of IAM alone. Where it is off, every sender is believed: for emulators only.',
    readBy: 'functions behind queues',
  },
  directCalls: {
    says: 'Whether hosts may post object calls to a function URL of their cell, beside the queue.',
    readBy: `synthesis, object calls, ${STEPS}, reconciler`,
  },
  serviceDownTime: {
    says: 'How long a host may be silent before it counts as down, and how far a conductor queue may lag before nobody knows.',
    readBy: `scheduler, object calls, ${STEPS}, reconciler, the alarm on the age of conductor queues`,
    unit: 'seconds',
    nova: 'service_down_time',
  },
  heartbeatWindow: {
    says: 'For how long a stored heartbeat speaks for those after it, which are answered without a write; at most, and unset, five twelfths of serviceDownTime or 25 seconds; 0 to store each. A host counts as down so much later.',
    readBy: `object calls, scheduler, ${STEPS}, reconciler`,
    unit: 'seconds',
  },
  massSilenceShare: {
    says: 'Which part of the hosts of a cell may fall silent within one serviceDownTime before nobody knows whether any of them is dead.',
    readBy: `${STEPS}, reconciler`,
    unit: 'percent',
  },
  massSilenceLeast: {
    says: 'How many hosts that part must be at least.',
    readBy: `${STEPS}, reconciler`,
    unit: 'hosts',
  },
  waitSeconds: {
    says: 'Time until the first look at a host that an operation waits for; later ones come after a tenth of the time waited so far, at most half an hour.',
    readBy: STEPS,
    unit: 'seconds',
  },
  orderSeconds: {
    says: 'How long a living host may show no sign of having taken its order before that order is lost; 0 for ever.',
    readBy: STEPS,
    unit: 'seconds',
  },
  restartGraceSeconds: {
    says: 'What a restarted compute service has not finished within this time of the orders that it had before is given up; 0 for never.',
    readBy: STEPS,
    unit: 'seconds',
  },
  stallSeconds: {
    says: 'How long the record may stay unchanged before a living host that has taken its order is given up; 0 for ever, as in Nova.',
    readBy: STEPS,
    unit: 'seconds',
  },
  fencing: {
    says: 'Whether an agent of the operator is asked to cut silent hosts off that have taken an order; it listens for events, and its yes counts like that of a person.',
    readBy: STEPS,
  },
  hostCallSeconds: {
    says: 'How long a host may take to fetch images, or to name the device of a volume.',
    readBy: STEPS,
    unit: 'seconds',
    nova: 'long_rpc_timeout',
  },
  crossAzAttach: {
    says: 'Whether a volume may be attached to a server of another availability zone.',
    readBy: STEPS,
    nova: 'cinder.cross_az_attach',
  },
  precacheConcurrency: {
    says: 'How many hosts of an aggregate fetch images at a time.',
    readBy: STEPS,
    unit: 'hosts',
  },
  notificationFormat: {
    says: 'Which families of notifications are sent.',
    readBy: `object calls, ${STEPS}, reconciler`,
    nova: 'notifications.notification_format',
  },
  notifyOnStateChange: {
    says: 'Which changes of a server are published; unset, none are.',
    readBy: `object calls, ${STEPS}`,
    nova: 'notifications.notify_on_state_change',
  },
  host: {
    says: 'Name of the conductor in faults, and in the publishers of notifications.',
    readBy: `object calls, ${STEPS}`,
    nova: 'host',
  },
  requestDays: {
    says: 'How long the documents of requests are kept: an operation that lasts longer cannot be brought to its end.',
    readBy: 'task-rpc',
    unit: 'days',
  },
  canaryHosts: {
    says: 'Hosts on which an instance is built and deleted now and then, one of each cell; an alarm says where that fails. Unset, none.',
    readBy: 'reconciler, the alarms on canaries',
  },
  canaryImage: {
    says: 'Image of these instances: one that their hosts can fetch. Unset, one that is nowhere, for hosts that fetch none.',
    readBy: 'reconciler',
  },
  canaryMinutes: {
    says: 'Time between the end of one of them and the next.',
    readBy: 'reconciler',
    unit: 'minutes',
  },
  ...SCHEDULING_TEXTS,
  openstackServices: {
    says: 'Services of a cloud that are asked in place of the deployment’s own; unset, none.',
    readBy: CLOUD,
  },
  openstackAuthUrl: {
    says: 'Keystone of the cloud.',
    readBy: CLOUD,
    nova: 'keystone_authtoken.auth_url',
  },
  openstackCredentialSecret: {
    says: 'Secret that holds the credential of the conductor.',
    readBy: CLOUD,
  },
  openstackRegion: {
    says: 'Region of the endpoints.',
    readBy: CLOUD,
    nova: 'region_name of each service',
  },
  openstackInterfaces: {
    says: 'Interfaces of the endpoints in the order in which they are tried; unset, internal and then public.',
    readBy: CLOUD,
    nova: 'valid_interfaces of each service',
  },
  openstackEndpoints: {
    says: 'Addresses that are used in place of the catalog’s.',
    readBy: CLOUD,
    nova: 'endpoint_override of each service',
  },
  openstackRetries: {
    says: 'Tries of a service beyond the first; unset, those of Nova.',
    readBy: CLOUD,
    nova: 'glance.num_retries, neutron.http_retries',
  },
  openstackExtensionSyncInterval: {
    says: 'How long the list of Neutron’s extensions is remembered; unset, 600 as in Nova.',
    readBy: CLOUD,
    unit: 'seconds',
    nova: 'neutron.extension_sync_interval',
  },
  openstackCa: {
    says: 'Authority that signed the certificates of the cloud, where it is one of its own.',
    readBy: CLOUD,
    nova: 'cafile of each service',
  },
  cells: {
    says: 'The cells that have stacks, beside cell0. A name is never changed afterwards.',
    readBy: 'synthesis',
  },
  homeAccount: {
    says: 'Account of the deployment: credentials of another one deploy nothing of it. Unset, that of whoever deploys; cellAccounts needs it.',
    readBy: 'synthesis',
  },
  cellAccounts: {
    says: 'Accounts in which the functions of cells run, where that is not the account of the deployment ([ADR 46](adr/0046-a-cell-runs-in-an-account-of-its-own.md)).',
    readBy: 'synthesis',
  },
  stage: {
    says: 'Name of a file `stages/STAGE.json` with keys of the context for this stage of the deployment.',
    readBy: 'synthesis',
  },
  tracing: {
    says: 'Whether functions and workflows send traces to X-Ray.',
    readBy: 'functions, workflows',
  },
  ...SIZE_TEXTS,
  openstackSubnets: {
    says: 'Subnets of the VPC from which functions reach the cloud; unset, they run outside of one.',
    readBy: 'synthesis',
  },
  openstackSecurityGroups: {
    says: 'Security groups of functions in those subnets.',
    readBy: 'synthesis',
  },
};

/** Options of Nova's conductor that nothing here reads. */
export const NOT_SERVED: Readonly<Record<string, string>> = {
  'scheduler.query_placement_for_routed_network_aggregates': 'routed networks are not served',
  'compute.sharing_providers_max_uuids_per_request': 'an option of computes',
  'cinder.http_retries': 'three tries beyond the first, always',
  'service_user.send_service_user_token': 'services are asked in the conductor’s own name (docs/openstack.md)',
  'manager_shutdown_timeout, graceful_shutdown_timeout':
    'functions have no shutdown: an execution goes on in the next one',
};

/** Of the names and addresses that synthesis gives functions. */
export const ADDRESS_TEXTS: Readonly<Record<keyof Addresses, OptionText>> = {
  queueUrlBase: {
    says: 'What the address of every queue begins with.',
    readBy: EVERY,
  },
  stateMachineArnBase: {
    says: 'What the ARN of every state machine begins with.',
    readBy: EVERY,
  },
  messageBucket: {
    says: 'Bucket of the payloads that no queue takes.',
    readBy: EVERY,
  },
  roleId: {
    says: "Unique id of the function's own role, by which it knows its own messages; unset where it acts in a role at home.",
    readBy: EVERY,
  },
  homeRoleArn: {
    says: "Role in the deployment's account in which a function of a cell in another account acts; unset in all others.",
    readBy: "a cell's object-rpc",
  },
  eventBusName: {
    says: 'Event bus of the notifications.',
    readBy: EVERY,
  },
  sealKeyId: {
    says: 'Key that seals request documents and the answers of computes.',
    readBy: 'functions that read request documents',
  },
};

/** Of the cell of a function. */
export const CELL_TEXTS: Readonly<Record<keyof CellOptions, OptionText>> = {
  name: {
    says: 'Cell whose conductor queue the function serves; unset at the API level.',
    readBy: "a cell's object-rpc",
  },
  uuid: {
    says: 'Uuid of that cell.',
    readBy: "a cell's object-rpc",
  },
};
