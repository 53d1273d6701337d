import { NovaError, type ErrorText } from './nova-error.ts';
import { pythonText } from './python-text.ts';

/* Errors of records: guarded saves, and what the database of Nova says. */

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

/** A row with the same unique key is there; Nova lets its database's error through. */
export class DBDuplicateEntry extends NovaError {
  override readonly name = 'DBDuplicateEntry' as const;
  override readonly module = 'oslo_db.exception';

  constructor(message: string, options?: ErrorText) {
    super(message, {}, options);
  }
}
