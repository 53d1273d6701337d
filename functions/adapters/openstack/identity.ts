import { ServiceMisconfigured, ServiceNotReached } from '#errors';
import type { Clock } from '#ports/clock';
import type { Secrets } from '#ports/secrets';
import { mapOf, textOf } from '#wire/reading';
import { endpointsOf, type Endpoint } from './catalog.ts';
import { readCredential, tokenRequest } from './credential.ts';
import { jsonOf } from './json-text.ts';
import { LATER, shownUrl, urlOf } from './service-url.ts';
import { NoAnswer, type RawAnswer, type Transport } from './transport.ts';

/** A token of the conductor's own, with the catalog that came with it. */
export interface Token {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly expires: number;
  readonly endpoints: readonly Endpoint[];
}

/** Where the conductor gets its own tokens. */
export interface Identity {
  /**
   * The token in use. `refused` is one that a service did not take: another one is got, unless that happened already.
   *
   * @throws ServiceNotReached or ServiceMisconfigured
   */
  token(refused?: string): Promise<Token>;
}

export interface KeystoneOptions {
  /** For instance `https://keystone.example.org/v3`. */
  readonly authUrl: string;
  /** Name or ARN of the secret that holds the credential. */
  readonly credentialSecret: string;
  readonly secrets: Secrets;
  readonly transport: Transport;
  readonly clock: Pick<Clock, 'now'>;
  /** Milliseconds. */
  readonly answerMs: number;
}

/** A token is left alone this long before it ends, so that none ends on its way. */
const SPARE_MS = 60_000;

/**
 * Tokens of Keystone, kept in the memory of the process and nowhere else: one request serves many calls, and all that
 * wait for one wait for the same.
 */
export class Keystone implements Identity {
  readonly #options: KeystoneOptions;
  #current: Promise<Token> | undefined;

  constructor(options: KeystoneOptions) {
    this.#options = options;
  }

  async token(refused?: string): Promise<Token> {
    const asked = (this.#current ??= this.#get());
    try {
      const token = await asked;
      const ends = token.expires - this.#options.clock.now();
      if (token.id !== refused && ends > SPARE_MS) return token;
    } catch (error) {
      if (this.#current === asked) this.#current = undefined;
      throw error;
    }
    if (this.#current === asked) this.#current = this.#get();
    const renewed = (this.#current ??= this.#get());
    try {
      // What Keystone gives is used as it is: one of less than a minute is all that a credential near its end gets.
      return await renewed;
    } catch (error) {
      if (this.#current === renewed) this.#current = undefined;
      throw error;
    }
  }

  async #get(): Promise<Token> {
    const { authUrl, credentialSecret, secrets, answerMs, transport } = this.#options;
    const credential = readCredential(await secrets.read(credentialSecret));
    if (credential === undefined) {
      throw this.#misconfigured(
        `cannot be asked: the secret ${credentialSecret} holds no credential`,
        'Store application_credential_id and application_credential_secret, or username, password and project_name.',
      );
    }
    const url = urlOf(versioned(authUrl), '/auth/tokens');
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    const body = JSON.stringify(tokenRequest(credential));
    const answer = await transport.send({ method: 'POST', url, headers, body, answerMs }).catch((error: unknown) => {
      const why = error instanceof NoAnswer ? error.message : 'failed';
      throw this.#notReached(`was not reached: ${why}`);
    });
    return this.#read(answer);
  }

  #read(answer: RawAnswer): Token {
    const { status } = answer;
    if (status === 429 || status >= 500) throw this.#notReached(`answered ${status}`);
    // An application credential that was deleted is 404, all else that is wrong with a credential 401.
    if (status === 401 || status === 403 || status === 404) {
      throw this.#misconfigured(
        `refused the credential of ${this.#options.credentialSecret} (${status})`,
        'Check that it is not deleted or expired, that its user has a role in the project, and that the URL ends in /v3.',
      );
    }
    const { token: body } = mapOf(jsonOf(answer));
    const id = answer.headers['x-subject-token'];
    const { expires_at: expires, catalog } = mapOf(body);
    const ends = Date.parse(textOf(expires) ?? '');
    if (status !== 201 || typeof id !== 'string' || Number.isNaN(ends)) {
      throw this.#misconfigured(
        `answered ${status} without a token`,
        'Check that openstack.authUrl is that of Keystone.',
      );
    }
    return { id, expires: ends, endpoints: endpointsOf(catalog) };
  }

  #notReached(trouble: string): ServiceNotReached {
    return new ServiceNotReached({ service: 'identity', url: this.#shown, trouble, remedy: LATER });
  }

  #misconfigured(trouble: string, remedy: string): ServiceMisconfigured {
    return new ServiceMisconfigured({ service: 'identity', url: this.#shown, trouble, remedy });
  }

  get #shown(): string {
    return shownUrl(this.#options.authUrl);
  }
}

/** Operators name Keystone with its version or without. */
export const versioned = (authUrl: string): string =>
  /\/v3\/?$/u.test(authUrl) ? authUrl : `${authUrl.replace(/\/$/u, '')}/v3`;
