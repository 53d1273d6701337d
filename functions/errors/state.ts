import { errorsOf, novaError } from './error-class.ts';
import { NovaError, type ErrorText } from './nova-error.ts';
import { pythonText } from './python-text.ts';

/* Errors of records: guarded saves, actions, groups. */

/** What a guarded save went by, and what it found. */
interface Conflict {
  readonly instance_uuid: string;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly actual: Readonly<Record<string, unknown>>;
}

/** A guarded save found another vm_state. */
export class InstanceUpdateConflict extends NovaError {
  override readonly name: string = 'InstanceUpdateConflict';

  constructor(p: Conflict, options?: ErrorText) {
    const found = `Expected: ${pythonText(p.expected)}. Actual: ${pythonText(p.actual)}`;
    super(`Conflict updating instance ${p.instance_uuid}. ${found}`, { ...p }, options);
  }
}

/** A guarded save found another task_state. */
export class UnexpectedTaskStateError extends InstanceUpdateConflict {
  override readonly name: string = 'UnexpectedTaskStateError';
}

/** A guarded save found the server being deleted. */
export class UnexpectedDeletingTaskStateError extends UnexpectedTaskStateError {
  override readonly name = 'UnexpectedDeletingTaskStateError' as const;
}

/** A guarded save failed but the values now match; the store repeats it. */
export class UnknownInstanceUpdateConflict extends InstanceUpdateConflict {
  override readonly name = 'UnknownInstanceUpdateConflict' as const;

  constructor(p: Conflict, options?: ErrorText) {
    const message = `Conflict updating instance ${p.instance_uuid}, but we were unable to determine the cause`;
    super(p, { message, ...options });
  }
}

/** A conditional delete was refused. */
export class ConstraintNotMet extends novaError('ConstraintNotMet', 'Constraint not met.', { code: 412 }) {}

/** The context lacks a user or is not admin. */
export class Forbidden extends novaError('Forbidden', 'Forbidden', { code: 403 }) {}

/** A unique server name is taken. */
export class InstanceExists extends novaError('InstanceExists', 'Instance {name} already exists.') {}

/** An event came without an action for its request. */
export class InstanceActionNotFound extends novaError(
  'InstanceActionNotFound',
  'Action for request_id {request_id} on instance {instance_uuid} not found',
) {}

/** An event that never started was finished. */
export class InstanceActionEventNotFound extends novaError(
  'InstanceActionEventNotFound',
  'Event {event} not found for action id {action_id}',
) {}

/** A group was saved with dirty hosts. */
export class InstanceGroupSaveException extends novaError(
  'InstanceGroupSaveException',
  '{field} should not be part of the updates.',
) {}

/** The uuid of a new group is taken. */
export class InstanceGroupIdExists extends novaError(
  'InstanceGroupIdExists',
  'Instance group {group_uuid} already exists.',
) {}

/** The root device was asked on devices of several instances. */
export class UndefinedRootBDM extends novaError(
  'UndefinedRootBDM',
  'Undefined Block Device Mapping root: BlockDeviceMappingList contains Block Device Mappings from multiple instances.',
) {}

/** The hypervisor attaches no more devices to one server. */
export class TooManyDiskDevices extends errorsOf(Forbidden)(
  'TooManyDiskDevices',
  'The maximum allowed number of disk devices ({maximum}) to attach to a single instance has been exceeded.',
) {}
