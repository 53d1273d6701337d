import { isUnanswered } from '#adapters/transient-errors';
import { ownOf } from '#wire/reading';

/** What the command ends with; listed in its --help. */
export const EXIT = {
  done: 0,
  /** The deployment refused, or what was named is not there. */
  failed: 1,
  /** The command line cannot be understood. */
  usage: 2,
  /** An audit found something. */
  findings: 3,
  /** The deployment cannot be reached. */
  unreachable: 4,
} as const;

/** Ends the command with one line that names the wrong value and the remedy. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure' as const;
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Names of errors that say: nobody is there, or nobody believes who we are. */
const REMEDIES: Readonly<Record<string, string>> = {
  CredentialsProviderError: 'no AWS credentials: set AWS_PROFILE, or use --profile local or --endpoint-url',
  ExpiredTokenException: 'the AWS credentials have expired: log in again',
  ExpiredToken: 'the AWS credentials have expired: log in again',
  UnrecognizedClientException: 'the AWS credentials are not accepted: check AWS_PROFILE and the region',
  InvalidClientTokenId: 'the AWS credentials are not accepted: check AWS_PROFILE and the region',
};

/** Any error as one line and an exit code. */
export function toFailure(error: unknown, endpoint: string): CommandFailure {
  if (error instanceof CommandFailure) return error;
  if (!(error instanceof Error)) return new CommandFailure(String(error));
  if (isUnanswered(error))
    return new CommandFailure(`nothing answers at ${endpoint}: is the deployment up?`, EXIT.unreachable);
  const remedy = ownOf(REMEDIES, error.name);
  if (remedy !== undefined) return new CommandFailure(remedy, EXIT.unreachable);
  if (error.name === 'ResourceNotFoundException')
    return new CommandFailure(`a table is missing at ${endpoint}: check --deployment, or deploy the stack`);
  if (error.name.startsWith('AccessDenied')) return new CommandFailure(`not allowed: ${firstLine(error.message)}`);
  return new CommandFailure(`${error.name}: ${firstLine(error.message)}`);
}

/** What stands before the first line break. */
export const firstLine = (text: string): string => text.split('\n')[0] ?? '';
