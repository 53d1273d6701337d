import { Forbidden } from '#errors';
import type { Services } from '#ports/services';
import { MAPPINGS, principalKey } from '#records/keys';
import { readPrincipal, type Principal } from '#records/principals';
import { CONDUCTOR_SENDER } from '#wire/pulse';
import type { Delivery } from './delivery.ts';

/** Milliseconds for which a principal is remembered. */
const REMEMBERED = 60_000;

/** A message with whom it comes from. */
export interface Identified extends Delivery {
  /** The hosts that the sender speaks for; undefined for a publisher, who is no host. */
  readonly hosts: readonly string[] | undefined;
  /** One of our own functions sent it. */
  readonly ours: boolean;
  /** Nobody knows the sender, in a deployment that hears principals only. */
  readonly unknownSender: boolean;
}

/**
 * Tells who sent a message. SQS names a role with its session, `AROA…:session`: who is registered with the session (an
 * instance of an instance profile) is found first, then the role as a whole.
 *
 * A message that an operator redrives names its original sender, and is taken for that sender's.
 */
export class Senders {
  readonly #services: Pick<Services, 'tables' | 'clock' | 'config'>;
  readonly #known = new Map<string, { readonly principal: Principal; readonly until: number }>();

  constructor(services: Pick<Services, 'tables' | 'clock' | 'config'>) {
    this.#services = services;
  }

  async identify(message: Delivery): Promise<Identified> {
    const { requirePrincipals } = this.#services.config;
    const sender = await this.#find(message.principal);
    if (sender?.role === 'operator' && requirePrincipals && message.attributes['sender'] !== undefined)
      return this.#inTheNameOf(message, message.attributes['sender']);
    const ours = this.#isOwn(message.principal, sender);
    return {
      ...message,
      ours,
      hosts: hostsOf(sender),
      unknownSender: requirePrincipals && !ours && sender === undefined,
    };
  }

  /** A function knows its own role; that of another stack is found among the principals. */
  #isOwn(principal: string | undefined, sender: Principal | undefined): boolean {
    const { requirePrincipals, roleId } = this.#services.config;
    if (!requirePrincipals) return principal === CONDUCTOR_SENDER;
    return sender?.role === 'conductor' || (roleId !== undefined && principal?.split(':')[0] === roleId);
  }

  async #inTheNameOf(message: Delivery, original: string): Promise<Identified> {
    const sender = await this.#find(original);
    const unknownSender = sender === undefined;
    return { ...message, principal: original, ours: false, hosts: hostsOf(sender), unknownSender };
  }

  async #find(principal: string | undefined): Promise<Principal | undefined> {
    if (principal === undefined) return undefined;
    const [role = ''] = principal.split(':');
    return (await this.#read(principal)) ?? (this.#services.config.requirePrincipals ? this.#read(role) : undefined);
  }

  async #read(principal: string): Promise<Principal | undefined> {
    const now = this.#services.clock.now();
    const known = this.#known.get(principal);
    if (known !== undefined && known.until > now) return known.principal;
    const item = await this.#services.tables.get(MAPPINGS, principalKey(principal), { consistent: false });
    if (item === undefined) return undefined;
    const found = readPrincipal(item);
    this.#known.set(principal, { principal: found, until: now + REMEMBERED });
    return found;
  }
}

/** A publisher or operator is bound to no host. */
const hostsOf = (sender: Principal | undefined): readonly string[] | undefined =>
  sender?.role === 'host' ? sender.hosts : undefined;

/** @throws Forbidden for a sender whom the deployment does not know */
export function mustBeKnown({ unknownSender, principal }: Identified): void {
  if (!unknownSender) return;
  const who = principal ?? 'a sender without a principal';
  throw new Forbidden(
    {},
    { message: `${who} is not known to this deployment: no host mapping and no publisher names it` },
  );
}
