import { ServiceMisconfigured, ServiceNotReached, Unauthorized } from '#errors';
import type { Clock } from '#ports/clock';
import type { RequestContext } from '#ports/context';
import type { Json } from '#ports/json';
import type { Log } from '#ports/log';
import { listOf, mapOf, textOf } from '#wire/reading';
import { detailOf } from './error-detail.ts';
import { chooseEndpoint, type EndpointChoice } from './catalog.ts';
import { serviceCircuit, type Circuit } from './circuit.ts';
import type { Identity, Token } from './identity.ts';
import { jsonOf } from './json-text.ts';
import { LATER, shownUrl, urlOf } from './service-url.ts';
import { NoAnswer, type RawAnswer, type Transport } from './transport.ts';

/** One call of a service. */
export interface Call {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the endpoint, with its query, for instance `/allocations/…`. */
  readonly path: string;
  /** Below what, where it is not the whole endpoint: `version` cuts what stands behind `/v3`, Cinder's project. */
  readonly below?: 'version';
  /**
   * Whose token: the conductor's own, or the user's with the conductor's as service token beside it. A context without
   * a token (an administrator's work that no user asked for) is served by the conductor's own as both.
   */
  readonly as: 'service' | 'user';
  /** Whose request it is: its token and its request id. */
  readonly context?: RequestContext;
  /** Microversion, for instance `1.28`. */
  readonly version?: string;
  readonly body?: Json;
  /** Whether it may be sent again although it may have been carried out. @default true for GET and DELETE */
  readonly repeatable?: boolean;
}

/** Where a call goes. */
type Place = Pick<Call, 'path' | 'below'>;

/** What a service answered; 401 and 406 never come out, 403 only to a user's token. */
export interface Answer {
  readonly status: number;
  /** Undefined when there is none. */
  readonly body: Json | undefined;
}

/** How one service is asked. */
export interface ServiceOptions extends EndpointChoice {
  /** For instance `placement`; in errors, logs and the header of its microversion. */
  readonly service: string;
  readonly identity: Identity;
  readonly transport: Transport;
  readonly clock: Pick<Clock, 'now' | 'timer'>;
  readonly log: Pick<Log, 'warn' | 'debug'>;
  /** Keystone, whose catalog names the address. @default not named in errors */
  readonly catalogUrl?: string;
  /** Address that is used in place of the catalog's. */
  readonly endpointOverride?: string;
  /** Milliseconds for a call with all its tries; below the time of the function. */
  readonly answerMs: number;
  /** Further tries of a call that may be repeated, when no answer came. */
  readonly retries: number;
  /** Milliseconds before a further try, the first being 1. */
  readonly pauseMs: (retry: number) => number;
  /** The error of this service's own for a token of ours that it refuses twice. @default ServiceMisconfigured */
  readonly refusedToken?: (cause: ServiceMisconfigured) => Error;
  /** Nova's name for this service giving no answer. @default ServiceNotReached */
  readonly notReached?: typeof ServiceNotReached;
  /** Whether a 500 says that the service failed, rather than that it refuses (as Neutron's may). @default false */
  readonly failsBy500?: boolean;
  /** @default a circuit of its own */
  readonly circuit?: Circuit;
}

/** Statuses by which a service, or what stands before it, says that it is not there now. */
const AWAY: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** What is to be done about rights that are missing. */
export const ROLES = 'Give the conductor’s user the roles admin and service in its project (docs/openstack.md).';

/** How a global request id is spelt; others are not passed on (oslo.middleware request_id). */
const REQUEST_ID = /^req-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

/** Calls of one OpenStack service: endpoint, tokens, request ids, tries and clear errors. */
export class ServiceClient {
  readonly #options: ServiceOptions;
  readonly #circuit: Circuit;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#circuit = options.circuit ?? serviceCircuit(options.notReached);
  }

  get service(): string {
    return this.#options.service;
  }

  /**
   * @throws ServiceNotReached when no answer came within the tries
   * @throws ServiceMisconfigured when the deployment's own credential, role, region or version is refused
   * @throws Unauthorized when the user's token is refused
   */
  async call(call: Call): Promise<Answer> {
    const { identity } = this.#options;
    const own = call.as === 'service' || userToken(call) === undefined;
    let token = await identity.token();
    // A token keeps the catalog and the roles of its time: what was mended since shows in a new one.
    if (!this.#isListed(token)) token = await identity.token(token.id);
    let answer = await this.#tried(call, token);
    if (answer.status === 401 || (own && answer.status === 403) || wantsServiceRole(answer)) {
      token = await identity.token(token.id);
      answer = await this.#tried(call, token);
    }
    if (answer.status === 401 && !own) throw new Unauthorized({ service: this.service });
    if (own || answer.status === 406) this.#refuse(answer, token, call);
    const body = jsonOf(answer);
    if (isOther(answer)) {
      throw this.#misconfigured(call, 'answered something else than JSON', 'Check the address in the catalog.', token);
    }
    if (wantsServiceRole(answer)) throw this.#misconfigured(call, 'takes no service token', ROLES, token);
    return { status: answer.status, body };
  }

  /** An error that names the service, its address, and what an operator does about it. */
  async misconfigured(call: Place, trouble: string, remedy: string): Promise<ServiceMisconfigured> {
    return this.#misconfigured(call, trouble, remedy, await this.#options.identity.token());
  }

  #misconfigured(call: Place, trouble: string, remedy: string, token: Token): ServiceMisconfigured {
    return new ServiceMisconfigured({ service: this.service, url: shownUrl(this.#url(call, token)), trouble, remedy });
  }

  #refuse(answer: RawAnswer, token: Token, call: Call): void {
    const { status } = answer;
    const remedy = {
      401: 'Check the credential in the secret of openstack.credentialSecret, and that the service trusts this Keystone.',
      403: ROLES,
      406: `It does not serve microversion ${call.version}${servedBy(jsonOf(answer))}: upgrade the service.`,
    }[status];
    if (remedy === undefined) return;
    const refused = this.#misconfigured(call, `answered ${status} to ${call.method}`, remedy, token);
    throw status === 401 ? (this.#options.refusedToken?.(refused) ?? refused) : refused;
  }

  async #tried(call: Call, token: Token): Promise<RawAnswer> {
    const { retries, pauseMs, clock, answerMs } = this.#options;
    const repeatable = call.repeatable ?? (call.method === 'GET' || call.method === 'DELETE');
    const until = clock.now() + answerMs;
    for (let retry = 1; ; retry += 1) {
      const isLast = (): boolean => retry > retries || clock.now() + pauseMs(retry) >= until;
      try {
        const answer = await this.#circuit.run(() => this.#once(call, token, until - clock.now()));
        if (!repeatable || !isOther(answer) || isLast()) return answer;
      } catch (error) {
        const again = error instanceof ServiceNotReached && (repeatable || !error.maybeDone);
        if (!again || isLast()) throw error;
      }
      await new Promise<void>((resolve) => void clock.timer(pauseMs(retry), resolve));
    }
  }

  async #once(call: Call, token: Token, answerMs: number): Promise<RawAnswer> {
    const { transport, failsBy500 = false } = this.#options;
    const { method, body } = call;
    const url = this.#url(call, token);
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const asked = { method, url, headers: this.#headers(call, token), ...text, answerMs };
    const answer = await transport.send(asked).catch((error: unknown) => {
      if (!(error instanceof NoAnswer)) throw error;
      throw this.#notReached(url, `was not reached: ${error.message}`, error.sent);
    });
    const { status } = answer;
    this.#logged(call, url, answer);
    // What stands before a service answers 502 to 504 although the service may be at work; 429 is said before any.
    if (AWAY.has(status) || (status >= 500 && (isOther(answer) || (failsBy500 && status === 500)))) {
      throw this.#notReached(url, `answered ${status} to ${method}`, status !== 429);
    }
    return answer;
  }

  #logged({ method, context }: Call, url: URL, { status, headers }: RawAnswer): void {
    const id = headers['x-openstack-request-id'];
    this.#options.log.debug('an OpenStack service answered', {
      service: this.service,
      method,
      url: shownUrl(url),
      status,
      service_request_id: typeof id === 'string' ? id : undefined,
      request_id: context?.request_id,
    });
  }

  #notReached(url: URL, trouble: string, maybeDone: boolean): ServiceNotReached {
    const { service } = this;
    const { notReached = ServiceNotReached } = this.#options;
    const shown = shownUrl(url);
    this.#options.log.warn('an OpenStack service gave no answer', { service, url: shown, trouble });
    return new notReached({ service, url: shown, trouble, remedy: LATER, maybeDone });
  }

  #url({ path, below }: Place, token: Token): URL {
    const endpoint = this.#endpoint(token);
    return urlOf(below === 'version' ? endpoint.replace(/(\/v\d+)\/.*$/u, '$1') : endpoint, path);
  }

  #isListed({ endpoints }: Token): boolean {
    return this.#options.endpointOverride !== undefined || 'url' in chooseEndpoint(endpoints, this.#options);
  }

  #endpoint(token: Token): string {
    const { endpointOverride } = this.#options;
    if (endpointOverride !== undefined) return endpointOverride;
    const chosen = chooseEndpoint(token.endpoints, this.#options);
    if ('url' in chosen) return chosen.url;
    throw new ServiceMisconfigured({
      service: this.service,
      url: `${this.#options.catalogUrl ?? 'no address'} (catalog)`,
      trouble: chosen.trouble,
      remedy: 'Mend the catalog, or set region, interface or endpointOverride of the service in the context.',
    });
  }

  #headers(call: Call, token: Token): Record<string, string> {
    const user = userToken(call);
    const id = call.context?.request_id;
    const isUsers = call.as === 'user';
    return {
      accept: 'application/json',
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      'x-auth-token': isUsers ? (user ?? token.id) : token.id,
      // Cyborg binds and deletes for nobody without a service token, whoever asks.
      ...(isUsers ? { 'x-service-token': token.id } : {}),
      ...(id !== undefined && REQUEST_ID.test(id) ? { 'x-openstack-request-id': id } : {}),
      ...(call.version === undefined ? {} : { 'openstack-api-version': `${this.#versionType} ${call.version}` }),
    };
  }

  /** Cinder's microversions go by another name than its service. */
  get #versionType(): string {
    return this.service === 'block-storage' ? 'volume' : this.service;
  }
}

/** Whether something else than the service answered: a page of whatever stands before it, or a way to elsewhere. */
const isOther = (answer: RawAnswer): boolean =>
  (answer.status > 300 && answer.status < 400) ||
  (answer.text !== '' && jsonOf(answer) === undefined && (answer.status < 400 || PAGE.test(answer.text)));

const PAGE = /^\s*</u;

/** The microversions of a service that refuses one, where it says them as Placement does. */
function servedBy(refusal: Json | undefined): string {
  const { min_version, max_version } = mapOf(listOf(mapOf(refusal)['errors'])[0]);
  const [min, max] = [textOf(min_version), textOf(max_version)];
  return min === undefined || max === undefined ? '' : ` (${min} to ${max})`;
}

/** What Cinder (409) and Cyborg (403) refuse to users whose token comes without the service token of a compute API. */
const wantsServiceRole = (answer: RawAnswer): boolean =>
  (answer.status === 403 || answer.status === 409) && /the Compute API/u.test(detailOf(jsonOf(answer)));

const userToken = ({ context }: Call): string | undefined => textOf(context?.['auth_token']);
