import type { STSClientConfig } from '@aws-sdk/client-sts';
import type { Clock } from '#ports/clock';
import { limited, type ClientLimits } from '../client-limits.ts';

export interface AssumedRoleOptions {
  readonly config?: STSClientConfig;
  /** @default those of the deployed functions */
  readonly limits?: ClientLimits | undefined;
  readonly roleArn: string;
  readonly clock: Pick<Clock, 'now'>;
}

/** Credentials as clients of the SDK take them. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

interface Session {
  readonly credentials: SessionCredentials;
  /** Unique id of the role, `AROA…`. */
  readonly roleId: string;
}

/** Clients ask again five minutes before the end: they are given no session that is so near to it. */
const RENEWED_MS = 10 * 60_000;

/** Where session names are cut. */
const SESSION_NAME_LENGTH = 64;

/**
 * A role in which a function acts. All clients share one session, which is taken by the first request and renewed
 * before its end: STS gives one that begins from another role an hour at most.
 */
export class AssumedRole {
  readonly #options: AssumedRoleOptions;
  #session: Promise<Session> | undefined;

  constructor(options: AssumedRoleOptions) {
    this.#options = options;
  }

  /** What clients of the SDK are given as their credentials. */
  readonly credentials = async (): Promise<SessionCredentials> => (await this.#current()).credentials;

  /** Unique id by which others know what is sent in this role. */
  async roleId(): Promise<string> {
    return (await this.#current()).roleId;
  }

  async #current(): Promise<Session> {
    this.#session ??= this.#assume();
    const asked = this.#session;
    try {
      const session = await asked;
      if (session.credentials.expiration.getTime() - this.#options.clock.now() > RENEWED_MS) return session;
    } catch (error) {
      if (this.#session === asked) this.#session = undefined;
      throw error;
    }
    if (this.#session === asked) this.#session = this.#assume();
    return this.#session;
  }

  async #assume(): Promise<Session> {
    const { config, limits, roleArn } = this.#options;
    const sdk = await import('@aws-sdk/client-sts');
    const client = new sdk.STSClient({ ...limited(limits), ...config });
    try {
      const RoleSessionName = roleArn.slice(roleArn.lastIndexOf('/') + 1).slice(0, SESSION_NAME_LENGTH);
      const answer = await client.send(new sdk.AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName }));
      return sessionOf(answer);
    } finally {
      client.destroy();
    }
  }
}

/** The parts of an answer that make a session. */
interface Answered {
  readonly Credentials?:
    | {
        readonly AccessKeyId?: string | undefined;
        readonly SecretAccessKey?: string | undefined;
        readonly SessionToken?: string | undefined;
        readonly Expiration?: Date | undefined;
      }
    | undefined;
  readonly AssumedRoleUser?: { readonly AssumedRoleId?: string | undefined } | undefined;
}

function sessionOf({ AssumedRoleUser, Credentials }: Answered): Session {
  const [roleId] = (AssumedRoleUser?.AssumedRoleId ?? '').split(':');
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = Credentials ?? {};
  const { SessionToken: sessionToken, Expiration: expiration } = Credentials ?? {};
  if (!roleId || !accessKeyId || !secretAccessKey || !sessionToken || expiration === undefined)
    throw new Error('STS answered no session');
  return { roleId, credentials: { accessKeyId, secretAccessKey, sessionToken, expiration } };
}
