/** How the SDK names an answer, or a connection, that did not come in time. */
const LATE = 'TimeoutError';

/**
 * Names under which services of AWS refuse a request for now: DynamoDB, SQS, Step Functions, S3, KMS, EventBridge, STS,
 * Lambda and IAM, once the SDK's own retries are spent (each service's list of errors, and the errors common to all).
 */
const NAMES: ReadonlySet<string> = new Set([
  'BandwidthLimitExceeded',
  'DependencyTimeoutException',
  'EC2ThrottledException',
  'ExecutionLimitExceeded',
  'InternalError',
  'InternalException',
  'InternalFailure',
  'InternalServerError',
  'InternalServerException',
  'KMSInternalException',
  'KeyUnavailableException',
  'KmsThrottled',
  'KmsThrottlingException',
  'LimitExceededException',
  'OverLimit',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceeded',
  'ProvisionedThroughputExceededException',
  'RequestExpired',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestTimeTooSkewed',
  'RequestTimeout',
  'RequestTimeoutException',
  'ServiceException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingError',
  'ThrottlingException',
  LATE,
  'TooManyRequestsException',
]);

/** Codes of a connection that could not be made, for want of descriptors or ports of our own too, or that broke. */
const CODES: ReadonlySet<string> = new Set([
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'EBUSY',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'EMFILE',
  'ENETDOWN',
  'ENETRESET',
  'ENETUNREACH',
  'ENFILE',
  'ENOBUFS',
  'ENOTFOUND',
  'EPIPE',
  'EPROTO',
  'ERR_SOCKET_CLOSED',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ETIMEDOUT',
]);

const HUNG_UP = 'socket hang up';

/**
 * How a request is refused that took too long from its signature to the service: its function was frozen in between.
 */
const LATE_SIGNATURE = /signature (?:expired|not yet current)/iu;

/** A cause may have a cause; more than so many are not looked at. */
const DEPTH = 5;

/** Whether the same request may succeed later, by an error of the SDK or one entry's error code. */
export const isTransient = (error: unknown): boolean => reason(error) !== undefined;

/** Whether nobody answered: no connection, a broken one, or no answer in time. */
export function isUnanswered(error: unknown): boolean {
  const found = reason(error);
  return found !== undefined && (CODES.has(found) || found === LATE || found === HUNG_UP);
}

/** Whether an error code that an answer names for one of its entries is transient. */
export const isTransientCode = (code: string | undefined): boolean => code !== undefined && NAMES.has(code);

/**
 * The port's error for a transient error of the SDK; any other error as it is.
 *
 * The text names the service and the kind of failure alone: the SDK's own text may hold an endpoint, and the text of an
 * error becomes part of a server's fault. The SDK's error is the cause.
 */
export const transientAs = (
  service: string,
  Again: new (message: string, options: ErrorOptions) => Error,
  error: unknown,
): unknown => {
  const found = reason(error);
  return found === undefined ? error : new Again(unavailable(service, found), { cause: error });
};

/** What people read of a service that refused a request for now. */
export const unavailable = (service: string, code: string): string => `${service} is not available for now: ${code}`;

/** The code or name that makes an error transient; undefined when nothing does. */
function reason(error: unknown, depth = 0): string | undefined {
  if (!(error instanceof Error) || depth > DEPTH) return undefined;
  if ('code' in error && typeof error.code === 'string' && CODES.has(error.code)) return error.code;
  if (NAMES.has(error.name)) return error.name;
  if (error.message.includes(HUNG_UP)) return HUNG_UP;
  if (error.name === 'InvalidSignatureException' && LATE_SIGNATURE.test(error.message)) return error.name;
  if (isServerSide(error)) return error.name;
  const inner: unknown[] = error instanceof AggregateError ? error.errors : [error.cause];
  return inner.map((each) => reason(each, depth + 1)).find((each) => each !== undefined);
}

/** What the SDK marks as worth a retry, and every answer of 500 and more, or of 429, readable or not. */
function isServerSide(error: Error): boolean {
  if ('$retryable' in error && error.$retryable !== undefined) return true;
  const metadata = '$metadata' in error ? numberAt(error.$metadata, 'httpStatusCode') : undefined;
  const response = '$response' in error ? numberAt(error.$response, 'statusCode') : undefined;
  const status = metadata ?? response ?? 0;
  return status >= 500 || status === 429;
}

function numberAt(value: unknown, name: string): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found: unknown = Reflect.get(value, name);
  return typeof found === 'number' ? found : undefined;
}
