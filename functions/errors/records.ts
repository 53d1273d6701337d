import { novaError } from './error-class.ts';
import { NovaError, type ErrorText } from './nova-error.ts';

/* Errors of the records that computes keep through the conductor. */

/** The host has a service of that kind. */
export class ServiceBinaryExists extends novaError(
  'ServiceBinaryExists',
  'Service with host {host} binary {binary} exists.',
) {}

/** A compute node of that uuid, or of that host and hypervisor, is there. */
export class DuplicateRecord extends novaError('DuplicateRecord', 'Unable to create duplicate record for {target}') {}

/** A row with the same unique key is there; Nova lets its database's error through. */
export class DBDuplicateEntry extends NovaError {
  override readonly name = 'DBDuplicateEntry' as const;
  override readonly module = 'oslo_db.exception';

  constructor(message: string, options?: ErrorText) {
    super(message, {}, options);
  }
}

/** A virtual interface could not be made. */
export class VirtualInterfaceCreateException extends novaError(
  'VirtualInterfaceCreateException',
  'Virtual Interface creation failed',
) {}

/** The periodic task is at work on the host for this period. */
export class TaskAlreadyRunning extends novaError(
  'TaskAlreadyRunning',
  'Task {task_name} is already running on host {host}',
) {}

/** The periodic task was not begun on the host for this period. */
export class TaskNotRunning extends novaError('TaskNotRunning', 'Task {task_name} is not running on host {host}') {}

/** The console token is unknown or has expired. */
export class InvalidToken extends novaError('InvalidToken', 'The token is invalid or has expired', { code: 400 }) {}

/** A token was authorized twice under one name. */
export class TokenInUse extends novaError('TokenInUse', 'The generated token is invalid') {}

/** Another aggregate has the name. */
export class AggregateNameExists extends novaError(
  'AggregateNameExists',
  'Aggregate {aggregate_name} already exists.',
) {}

/** Another flavor has the name. */
export class FlavorExists extends novaError('FlavorExists', 'Flavor with name {name} already exists.') {}

/** Another flavor has the id that users know it by. */
export class FlavorIdExists extends novaError('FlavorIdExists', 'Flavor with ID {flavor_id} already exists.') {}
