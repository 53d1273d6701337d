export type ServiceErrorName =
  | 'ExecutionAlreadyExists'
  | 'ExecutionDoesNotExist'
  | 'ExecutionNotRedrivable'
  | 'InvalidExecutionInput'
  | 'InvalidName'
  | 'InvalidOutput'
  | 'InvalidToken'
  | 'ServiceUnavailable'
  | 'StateMachineAlreadyExists'
  | 'StateMachineDoesNotExist'
  | 'TaskDoesNotExist'
  | 'TaskTimedOut';

/** An API call was refused, under the name that the service's client throws. */
export class ServiceError extends Error {
  override readonly name: ServiceErrorName;
  readonly $metadata = { httpStatusCode: 400 };

  constructor(name: ServiceErrorName, message: string) {
    super(message);
    this.name = name;
  }
}

/** @throws ServiceError InvalidName */
export function checkName(name: string): void {
  // oxlint-disable-next-line no-control-regex -- control characters are what the service refuses
  if (name.length < 1 || name.length > 80 || /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/.test(name)) {
    throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
  }
}
