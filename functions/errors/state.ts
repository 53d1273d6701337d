import { NovaError, type ErrorParams, type ErrorText } from './nova-error.ts';
import { pythonText } from './python-text.ts';

/* Errors of records: guarded saves, actions, groups. */

/** A guarded save found another vm_state. */
export class InstanceUpdateConflict extends NovaError {
  override readonly name: string = 'InstanceUpdateConflict';

  constructor(
    p: {
      readonly instance_uuid: string;
      readonly expected: Readonly<Record<string, unknown>>;
      readonly actual: Readonly<Record<string, unknown>>;
    },
    options?: ErrorText,
  ) {
    super(
      `Conflict updating instance ${p.instance_uuid}. Expected: ${pythonText(p.expected)}. Actual: ${pythonText(p.actual)}`,
      { ...p },
      options,
    );
  }
}

/** A guarded save found another task_state. */
export class UnexpectedTaskStateError extends InstanceUpdateConflict {
  override readonly name: string = 'UnexpectedTaskStateError';

  constructor(
    p: {
      readonly instance_uuid: string;
      readonly expected: Readonly<Record<string, unknown>>;
      readonly actual: Readonly<Record<string, unknown>>;
    },
    options?: ErrorText,
  ) {
    super(
      { ...p },
      {
        message: `Conflict updating instance ${p.instance_uuid}. Expected: ${pythonText(p.expected)}. Actual: ${pythonText(p.actual)}`,
        ...options,
      },
    );
  }
}

/** A guarded save found the server being deleted. */
export class UnexpectedDeletingTaskStateError extends UnexpectedTaskStateError {
  override readonly name = 'UnexpectedDeletingTaskStateError' as const;

  constructor(
    p: {
      readonly instance_uuid: string;
      readonly expected: Readonly<Record<string, unknown>>;
      readonly actual: Readonly<Record<string, unknown>>;
    },
    options?: ErrorText,
  ) {
    super(
      { ...p },
      {
        message: `Conflict updating instance ${p.instance_uuid}. Expected: ${pythonText(p.expected)}. Actual: ${pythonText(p.actual)}`,
        ...options,
      },
    );
  }
}

/** A guarded save failed but the values now match; the store repeats it. */
export class UnknownInstanceUpdateConflict extends InstanceUpdateConflict {
  override readonly name = 'UnknownInstanceUpdateConflict' as const;

  constructor(
    p: {
      readonly instance_uuid: string;
      readonly expected: Readonly<Record<string, unknown>>;
      readonly actual: Readonly<Record<string, unknown>>;
    },
    options?: ErrorText,
  ) {
    super(
      { ...p },
      {
        message: `Conflict updating instance ${p.instance_uuid}, but we were unable to determine the cause`,
        ...options,
      },
    );
  }
}

/** A conditional delete was refused. */
export class ConstraintNotMet extends NovaError {
  override readonly name = 'ConstraintNotMet' as const;
  override readonly code: number = 412;

  constructor(options?: ErrorText) {
    super('Constraint not met.', {}, options);
  }
}

/** The context lacks a user or is not admin. */
export class Forbidden extends NovaError {
  override readonly name: string = 'Forbidden';
  override readonly code: number = 403;

  constructor(params: ErrorParams = {}, options?: ErrorText) {
    super('Forbidden', params, options);
  }
}

/** A unique server name is taken. */
export class InstanceExists extends NovaError {
  override readonly name = 'InstanceExists' as const;

  constructor(p: { readonly name: string }, options?: ErrorText) {
    super(`Instance ${p.name} already exists.`, { ...p }, options);
  }
}

/** An event came without an action for its request. */
export class InstanceActionNotFound extends NovaError {
  override readonly name = 'InstanceActionNotFound' as const;

  constructor(p: { readonly request_id: string; readonly instance_uuid: string }, options?: ErrorText) {
    super(`Action for request_id ${p.request_id} on instance ${p.instance_uuid} not found`, { ...p }, options);
  }
}

/** An event that never started was finished. */
export class InstanceActionEventNotFound extends NovaError {
  override readonly name = 'InstanceActionEventNotFound' as const;

  constructor(p: { readonly action_id: string | number; readonly event: string }, options?: ErrorText) {
    super(`Event ${p.event} not found for action id ${p.action_id}`, { ...p }, options);
  }
}

/** A group was saved with dirty hosts. */
export class InstanceGroupSaveException extends NovaError {
  override readonly name = 'InstanceGroupSaveException' as const;

  constructor(p: { readonly field: string }, options?: ErrorText) {
    super(`${p.field} should not be part of the updates.`, { ...p }, options);
  }
}

/** The uuid of a new group is taken. */
export class InstanceGroupIdExists extends NovaError {
  override readonly name = 'InstanceGroupIdExists' as const;

  constructor(p: { readonly group_uuid: string }, options?: ErrorText) {
    super(`Instance group ${p.group_uuid} already exists.`, { ...p }, options);
  }
}

/** The root device was asked on devices of several instances. */
export class UndefinedRootBDM extends NovaError {
  override readonly name = 'UndefinedRootBDM' as const;

  constructor(options?: ErrorText) {
    super(
      'Undefined Block Device Mapping root: BlockDeviceMappingList contains Block Device Mappings from multiple instances.',
      {},
      options,
    );
  }
}

/** The hypervisor attaches no more devices to one server. */
export class TooManyDiskDevices extends Forbidden {
  override readonly name = 'TooManyDiskDevices' as const;

  constructor(p: { readonly maximum: number }, options?: ErrorText) {
    super(
      { ...p },
      {
        message: `The maximum allowed number of disk devices (${p.maximum}) to attach to a single instance has been exceeded.`,
        ...options,
      },
    );
  }
}
