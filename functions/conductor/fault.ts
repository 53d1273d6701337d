import { ownOf } from '#wire/reading';

/** An error as a caught state or a catch block gives it. */
export interface Failure {
  readonly name: string;
  readonly message: string;
}

/** What is recorded of a failure (nova.compute.utils `add_instance_fault_from_exc`). */
export interface FaultText {
  readonly code: number;
  readonly message: string;
  readonly details: string;
}

/** Codes of the errors that can end an operation; every other error counts as 500. */
const CODES: Readonly<Record<string, number>> = {
  BuildRequestNotFound: 404,
  CellMappingNotFound: 404,
  ComputeHostNotFound: 404,
  ComputeServiceInUse: 400,
  ComputeServiceUndecided: 400,
  ComputeServiceUnread: 400,
  ComputeServiceUnavailable: 400,
  DestinationHypervisorTooOld: 400,
  DevicePathInUse: 409,
  FlavorNotFound: 404,
  Forbidden: 403,
  HostMappingNotFound: 400,
  HostNotFound: 404,
  ImageNotFound: 404,
  InstanceGroupNotFound: 404,
  InstanceInvalidState: 400,
  InstanceMappingNotFound: 404,
  InstanceNotFound: 404,
  Invalid: 400,
  InvalidBDM: 400,
  InvalidCPUInfo: 400,
  InvalidDiskInfo: 400,
  InvalidHypervisorType: 400,
  InvalidVolume: 400,
  MigrationNotFound: 404,
  MigrationNotFoundByStatus: 404,
  MigrationNotFoundForInstance: 404,
  MultiattachNotSupportedOldMicroversion: 400,
  PortNotFree: 400,
  RequestSpecNotFound: 404,
  ServiceNotFound: 404,
  ServiceTooOld: 400,
  ServiceUnavailable: 400,
  TooManyDiskDevices: 403,
  TooManyInstances: 413,
  UnableToMigrateToSelf: 400,
  UnsupportedPolicyException: 400,
  UnsupportedRPCVersion: 400,
  VolumeBDMIsMultiAttach: 400,
  VolumeBDMNotFound: 404,
};

/** Bytes of UTF-8 that the message of a fault may take. */
const MESSAGE_BYTES = 255;

/** The fault of a failure: details only for code 500, and never the arguments of a call, which may be secret. */
export function faultOf(failure: Failure): FaultText {
  const code = ownOf(CODES, failure.name) ?? 500;
  const message = cut(failure.message === '' ? failure.name : failure.message);
  return { code, message, details: code === 500 ? `Traceback:\n  ${failure.name}: ${message}` : '' };
}

/** Cuts text to so many bytes without splitting a character. */
function cut(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= MESSAGE_BYTES) return text;
  let end = MESSAGE_BYTES;
  // A byte of the form 10xxxxxx continues the character before it.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString();
}
