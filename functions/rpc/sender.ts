import { Forbidden } from '#errors';
import type { Services } from '#ports/services';
import { belongsToOne, replyPrefix } from '#ports/reply-queue';
import { MAPPINGS, principalKey } from '#records/keys';
import { readPrincipal, type Principal } from '#records/principals';
import { CONDUCTOR_SENDER } from '#wire/pulse';
import type { ReplyAddress } from '#wire/envelope';
import type { Delivery } from './delivery.ts';

/** Milliseconds for which a principal is remembered, and for which nobody is asked again who an unknown sender is. */
const [REMEMBERED, STRANGE] = [60_000, 10_000] as const;

/** Milliseconds for which whoever was found by its role is asked for by its role first, and not by its session. */
const FOUND_BY_ROLE = 600_000;

/** Principals that are remembered; at more, all are asked for again. */
const MOST_REMEMBERED = 10_000;

/** A message with whom it comes from. */
export interface Identified extends Delivery {
  /** The principal that is registered: the sender's session, or its role as a whole. */
  readonly registered: string | undefined;
  /** The hosts that the sender speaks for; undefined for a publisher, who is no host. */
  readonly hosts: readonly string[] | undefined;
  /** The sender's principal where it is the operator's fencing agent. */
  readonly fencer?: string;
  /** One of our own functions sent it. */
  readonly ours: boolean;
  /** Nobody knows who sent it, in a deployment that hears principals only. */
  readonly unregistered: boolean;
  /** Nobody knows in whose name it speaks: an unregistered principal, or one whose letter an operator sent again. */
  readonly unknownSender: boolean;
}

/** What is remembered of a sender: until when it holds, and until when its role is asked for before its session. */
interface Known {
  readonly principal: Principal | undefined;
  readonly until: number;
  readonly roleFirstUntil: number;
}

/**
 * Finds who sent a message, by what SQS says of it alone. SQS names a role with its session, `AROA…:session`: who is
 * registered with the session (an instance of an instance profile) is found first, then the role as a whole. A session
 * that was found by its role costs one request from then on; one that is registered by itself beside its role counts
 * ten minutes later at most.
 *
 * A message that an operator redrives names its original sender, and is taken for that sender's.
 */
export class Senders {
  readonly #services: Pick<Services, 'tables' | 'clock' | 'config'>;
  readonly #known = new Map<string, Known>();

  constructor(services: Pick<Services, 'tables' | 'clock' | 'config'>) {
    this.#services = services;
  }

  async identify(message: Delivery): Promise<Identified> {
    const { requirePrincipals } = this.#services.config;
    const sender = await this.#find(message.principal);
    if (sender?.role === 'operator' && requirePrincipals && message.attributes['sender'] !== undefined)
      return this.#inTheNameOf(message, message.attributes['sender']);
    const ours = this.#isOwn(message.principal, sender);
    const unregistered = requirePrincipals && !ours && sender === undefined;
    return {
      ...message,
      registered: sender?.principal,
      ...fencerOf(message, sender),
      ours,
      hosts: hostsOf(sender),
      unregistered,
      unknownSender: unregistered,
    };
  }

  /** The messages of a batch: who sent them is asked for at once, each sender once. */
  async identifyAll(messages: readonly Delivery[]): Promise<Identified[]> {
    await Promise.all([...new Set(messages.map(({ principal }) => principal))].map((each) => this.#find(each)));
    return Promise.all(messages.map((message) => this.identify(message)));
  }

  /** A function knows its own role; that of another stack is found among the principals. */
  #isOwn(principal: string | undefined, sender: Principal | undefined): boolean {
    const { requirePrincipals, roleId } = this.#services.config;
    if (!requirePrincipals) return principal === CONDUCTOR_SENDER;
    return sender?.role === 'conductor' || (roleId !== undefined && principal?.split(':')[0] === roleId);
  }

  async #inTheNameOf(message: Delivery, original: string): Promise<Identified> {
    const sender = await this.#find(original);
    return {
      ...message,
      principal: original,
      registered: sender?.principal,
      ours: false,
      hosts: hostsOf(sender),
      unregistered: false,
      unknownSender: sender === undefined,
    };
  }

  async #find(principal: string | undefined): Promise<Principal | undefined> {
    if (principal === undefined) return undefined;
    const now = this.#services.clock.now();
    const known = this.#known.get(principal);
    if (known !== undefined && known.until > now) return known.principal;
    const roleFirstUntil = known?.roleFirstUntil ?? 0;
    const asRole = this.#roleOf(principal);
    const byRole = async (): Promise<Principal | undefined> => (asRole === undefined ? undefined : this.#find(asRole));
    const roleFirst = roleFirstUntil > now ? await byRole() : undefined;
    const own = roleFirst === undefined ? await this.#read(principal) : undefined;
    const found = roleFirst ?? own ?? (await byRole());
    if (this.#known.size >= MOST_REMEMBERED) this.#known.clear();
    this.#known.set(principal, {
      principal: found,
      until: now + (found === undefined ? STRANGE : REMEMBERED),
      roleFirstUntil: roleFirst === undefined ? untilOf(own, found, now) : roleFirstUntil,
    });
    return found;
  }

  /** The role of a session, where roles count. */
  #roleOf(principal: string): string | undefined {
    const [role = ''] = principal.split(':');
    return this.#services.config.requirePrincipals && role !== principal ? role : undefined;
  }

  async #read(principal: string): Promise<Principal | undefined> {
    const item = await this.#services.tables.get(MAPPINGS, principalKey(principal), { consistent: false });
    return item === undefined ? undefined : readPrincipal(item);
  }
}

/** Whoever was found by its role alone is asked for by it first for a while. */
const untilOf = (own: Principal | undefined, found: Principal | undefined, now: number): number =>
  own === undefined && found !== undefined ? now + FOUND_BY_ROLE : 0;

/** A publisher or operator is bound to no host; a fencing agent speaks for none. */
const hostsOf = (sender: Principal | undefined): readonly string[] | undefined => {
  if (sender?.role === 'fencing-agent') return [];
  return sender?.role === 'host' ? sender.hosts : undefined;
};

const fencerOf = ({ principal }: Delivery, sender: Principal | undefined): Pick<Identified, 'fencer'> =>
  sender?.role === 'fencing-agent' && principal !== undefined ? { fencer: principal } : {};

/**
 * @throws Forbidden for a letter that is sent again in the name of a sender whom the deployment does not know
 */
export function mustBeKnown({ unknownSender, principal }: Identified): void {
  if (!unknownSender) return;
  const who = principal ?? 'a sender without a principal';
  throw new Forbidden(
    {},
    { message: `${who} is not known to this deployment: no host mapping and no publisher names it` },
  );
}

/**
 * A fencing agent says which hosts are off, and nothing else.
 *
 * @throws Forbidden for anything else that it sends
 */
export function mustNotBeFencer(fencer: string | undefined): void {
  if (fencer === undefined) return;
  throw new Forbidden({}, { message: 'a fencing agent says which hosts are off, and nothing else' });
}

/**
 * Identifies the messages of a batch, each sender once, before anything of them is read. What
 * unregistered principals send is dropped and counted: it is neither fetched nor parsed, it is not
 * answered, and it leaves no dead letter behind.
 *
 * @returns in the order of the messages; undefined for an unregistered principal's
 */
export async function withKnownSenders(
  { log }: Pick<Services, 'log'>,
  senders: Senders,
  queue: string,
  messages: readonly Delivery[],
): Promise<(Identified | undefined)[]> {
  const identified = await senders.identifyAll(messages);
  const dropped = identified.filter(({ unregistered }) => unregistered);
  if (dropped.length > 0) {
    const named = new Set<string>();
    for (const { principal } of dropped) {
      log.count('unknown_senders', { queue });
      named.add(principal ?? 'none');
    }
    const principals = [...named].slice(0, 3);
    log.warn('messages of unregistered principals are dropped', {
      queue,
      messages: dropped.length,
      principals: principals.join(', '),
    });
  }
  return identified.map((message) => (message.unregistered ? undefined : message));
}

/**
 * The request with the address of its answer only where that is the caller's own: a reply queue under the hash of the
 * principal that is registered, or of the very session that SQS names. An API service has queues of its own without a
 * hash; what carries one belongs to somebody.
 */
export function ownAddress(
  { config, log }: Pick<Services, 'config' | 'log'>,
  { hosts, principal, registered }: Identified,
  address: ReplyAddress | undefined,
): ReplyAddress | undefined {
  if (address === undefined || !config.requirePrincipals) return address;
  if (hosts === undefined && !belongsToOne(address.queue)) return address;
  const own = [registered, principal].filter((each) => each !== undefined);
  if (own.some((each) => address.queue.startsWith(replyPrefix(each)))) return address;
  log.count('refused_reply_queues');
  log.warn('not a reply queue of its sender: nothing is answered', { queue: address.queue.slice(0, 80) });
  return undefined;
}
