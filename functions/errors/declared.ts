import { DeclaredError, errorClass, type Declare } from './error-class.ts';

/* Errors of Nova that have no parent but the base, and what is below them. */

const novaError: Declare = /* @__NO_SIDE_EFFECTS__ */ (name, message, kind) =>
  errorClass(DeclaredError, name, message, kind);

/* Records, actions and groups. */

/** A conditional delete was refused. */
export const ConstraintNotMet = novaError('ConstraintNotMet', 'Constraint not met.', { code: 412 });

/** The context lacks a user or is not admin. */
export const Forbidden = novaError('Forbidden', 'Forbidden', { code: 403 });

/** The hypervisor attaches no more devices to one server. */
export const TooManyDiskDevices = errorClass(
  Forbidden,
  'TooManyDiskDevices',
  'The maximum allowed number of disk devices ({maximum}) to attach to a single instance has been exceeded.',
);

/** A unique server name is taken. */
export const InstanceExists = novaError('InstanceExists', 'Instance {name} already exists.');

/** An event came without an action for its request. */
export const InstanceActionNotFound = novaError(
  'InstanceActionNotFound',
  'Action for request_id {request_id} on instance {instance_uuid} not found',
);

/** An event that never started was finished. */
export const InstanceActionEventNotFound = novaError(
  'InstanceActionEventNotFound',
  'Event {event} not found for action id {action_id}',
);

/** A group was saved with dirty hosts. */
export const InstanceGroupSaveException = novaError(
  'InstanceGroupSaveException',
  '{field} should not be part of the updates.',
);

/** The uuid of a new group is taken. */
export const InstanceGroupIdExists = novaError('InstanceGroupIdExists', 'Instance group {group_uuid} already exists.');

/** The root device was asked on devices of several instances. */
export const UndefinedRootBDM = novaError(
  'UndefinedRootBDM',
  'Undefined Block Device Mapping root: BlockDeviceMappingList contains Block Device Mappings from multiple instances.',
);

/* Records that computes keep through the conductor. */

/** The host has a service of that kind. */
export const ServiceBinaryExists = novaError('ServiceBinaryExists', 'Service with host {host} binary {binary} exists.');

/** Another aggregate has the name. */
export const AggregateNameExists = novaError('AggregateNameExists', 'Aggregate {aggregate_name} already exists.');

/** Another flavor has the name. */
export const FlavorExists = novaError('FlavorExists', 'Flavor with name {name} already exists.');

/** Another flavor has the id that users know it by. */
export const FlavorIdExists = novaError('FlavorIdExists', 'Flavor with ID {flavor_id} already exists.');

/** A compute node of that uuid, or of that host and hypervisor, is there. */
export const DuplicateRecord = novaError('DuplicateRecord', 'Unable to create duplicate record for {target}');

/** A virtual interface could not be made. */
export const VirtualInterfaceCreateException = novaError(
  'VirtualInterfaceCreateException',
  'Virtual Interface creation failed',
);

/** The periodic task is at work on the host for this period. */
export const TaskAlreadyRunning = novaError('TaskAlreadyRunning', 'Task {task_name} is already running on host {host}');

/** The periodic task was not begun on the host for this period. */
export const TaskNotRunning = novaError('TaskNotRunning', 'Task {task_name} is not running on host {host}');

/** The console token is unknown or has expired. */
export const InvalidToken = novaError('InvalidToken', 'The token is invalid or has expired', { code: 400 });

/** A token was authorized twice under one name. */
export const TokenInUse = novaError('TokenInUse', 'The generated token is invalid');

/* Scheduling, placement and quota. */

/** The scheduler found no host, or placement refused a claim or a swap. */
export const NoValidHost = novaError('NoValidHost', 'No valid host was found. {reason}');

/** The limit of tries is passed, or all alternates are used up. */
export const MaxRetriesExceeded = errorClass(
  NoValidHost,
  'MaxRetriesExceeded',
  'Exceeded maximum number of retries. {reason}',
);

/** The scheduler RPC is capped below 4.5. */
export const SelectionObjectsWithOldRPCVersionNotSupported = novaError(
  'SelectionObjectsWithOldRPCVersionNotSupported',
  'Requests for Selection objects with alternates are not supported in select_destinations() before RPC version 4.5; version {version} requested.',
);

/** Placement refused to change what a consumer holds. */
export const AllocationUpdateFailed = novaError(
  'AllocationUpdateFailed',
  'Failed to update allocations for consumer {consumer_uuid}. Error: {error}',
);

/** Placement refused a swap between two consumers. */
export const AllocationMoveFailed = novaError(
  'AllocationMoveFailed',
  'Failed to move allocations from consumer {source_consumer} to consumer {target_consumer}. Error: {error}',
);

/** A quota stands in the way. */
export const QuotaError = novaError('QuotaError', 'Quota exceeded', { code: 413 });

/** A quota check found the request over its limit; the four params are joined texts. */
export const TooManyInstances = errorClass(
  QuotaError,
  'TooManyInstances',
  'Quota exceeded for {overs}: Requested {req}, but already used {used} of {allowed} {overs}',
);

/** The usages of a project cannot be read from Placement; the user is `N/A` where the project's are asked for. */
export const UsagesRetrievalFailed = novaError(
  'UsagesRetrievalFailed',
  "Failed to retrieve usages for project '{project_id}' and user '{user_id}'.",
);

/** Two groups of a request have one suffix. */
export const RequestGroupSuffixConflict = novaError(
  'RequestGroupSuffixConflict',
  'Duplicate request group suffix: {suffix}.',
);

/* The OpenStack services that the conductor asks. */

/** A service does not take the user's token. */
export const Unauthorized = novaError('Unauthorized', 'Not authorized by the {service} service.', {
  code: 401,
});

/** Placement did not say what a consumer holds. */
export const ConsumerAllocationRetrievalFailed = novaError(
  'ConsumerAllocationRetrievalFailed',
  'Failed to retrieve allocations for consumer {consumer_uuid}: {error}',
);

/** Placement refused to release what a consumer holds. */
export const AllocationDeleteFailed = novaError(
  'AllocationDeleteFailed',
  'Failed to delete allocations for consumer {consumer_uuid}. Error: {error}',
);

/** Glance does not let the caller see or change the image. */
export const ImageNotAuthorized = novaError('ImageNotAuthorized', 'Not authorized for image {image_id}.');

/** The project may not have more images, or larger ones. */
export const ImageQuotaExceeded = novaError(
  'ImageQuotaExceeded',
  'Quota exceeded or out of space for image {image_id} in the image service.',
);

/** The image service does not delete an image that is in use. */
export const ImageDeleteConflict = novaError('ImageDeleteConflict', 'Conflict deleting image. Reason: {reason}.');

/** The binding of a port on a host cannot be deleted. */
export const PortBindingDeletionFailed = novaError(
  'PortBindingDeletionFailed',
  'Failed to delete binding for port {port_id} on host {host}.',
);

/** The binding of a port on a host cannot be made the active one. */
export const PortBindingActivationFailed = novaError(
  'PortBindingActivationFailed',
  'Failed to activate binding for port {port_id} and host {host}.',
);

/** A device profile is not there, or not exactly one has the name. */
export const DeviceProfileError = novaError('DeviceProfileError', 'Device profile name {name}: {msg}');

/** Accelerator requests could not be created, read or deleted. */
export const AcceleratorRequestOpFailed = novaError(
  'AcceleratorRequestOpFailed',
  'Failed to {op} accelerator requests: {msg}',
);

/** Placement did not say which traits a provider has. */
export const ResourceProviderTraitRetrievalFailed = novaError(
  'ResourceProviderTraitRetrievalFailed',
  'Failed to get traits for resource provider with UUID {uuid}',
);

/* Moves, builds and their hosts. */

/** A live migration failed with something that no rule names. */
export const MigrationError = novaError('MigrationError', 'Migration error: {reason}');

const migrationError: Declare = /* @__NO_SIDE_EFFECTS__ */ (name, message, kind) =>
  errorClass(MigrationError, name, message, kind);

/** A forced destination is not usable, or the remote check timed out. */
export const MigrationPreCheckError = migrationError('MigrationPreCheckError', 'Migration pre-check error: {reason}');

/** The remote check failed on the client side. */
export const MigrationPreCheckClientException = migrationError(
  'MigrationPreCheckClientException',
  'Client exception during Migration Pre check: {reason}',
);

/** The scheduler answered a remote error of unknown type. */
export const MigrationSchedulerRPCError = migrationError(
  'MigrationSchedulerRPCError',
  'Migration select destinations error: {reason}',
);

/** Automatic block migration was asked while computes are too old. */
export const LiveMigrationWithOldNovaNotSupported = novaError(
  'LiveMigrationWithOldNovaNotSupported',
  'Automatic block migration is not available before the upgrade is complete.',
);

/** A remote check expected a local path. */
export const InvalidLocalStorage = novaError('InvalidLocalStorage', '{path} is not on local storage: {reason}');

/** A remote check expected a shared path. */
export const InvalidSharedStorage = novaError('InvalidSharedStorage', '{path} is not on shared storage: {reason}');

/** The hypervisor connection is lost on a host. */
export const HypervisorUnavailable = novaError(
  'HypervisorUnavailable',
  'Connection to the hypervisor is broken on host',
);

/** The shelved image is gone. */
export const UnshelveException = novaError(
  'UnshelveException',
  'Error during unshelve instance {instance_id}: {reason}',
);

/** A host gave a build up for good. */
export const BuildAbortException = novaError(
  'BuildAbortException',
  'Build of instance {instance_uuid} aborted: {reason}',
);

/** A host handed the server back: a waiting step fails with it and takes the next alternate. */
export const RescheduledException = novaError(
  'RescheduledException',
  'Build of instance {instance_uuid} was re-scheduled: {reason}',
);
