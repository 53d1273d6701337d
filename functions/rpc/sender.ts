import type { Services } from '#ports/services';
import { MAPPINGS, principalKey } from '#records/keys';
import { textsOf } from '#records/reading';

/** Milliseconds for which a principal's hosts are remembered. */
const REMEMBERED = 60_000;

/** The hosts a principal may speak for: one for a role per host, several for a bridge, none for a publisher. */
export class Senders {
  readonly #services: Pick<Services, 'tables' | 'clock'>;
  readonly #known = new Map<string, { readonly hosts: readonly string[]; readonly until: number }>();

  constructor(services: Pick<Services, 'tables' | 'clock'>) {
    this.#services = services;
  }

  /** Undefined when the sender is unknown to the deployment, or there is none. */
  async hosts(principal: string | undefined): Promise<readonly string[] | undefined> {
    if (principal === undefined) return undefined;
    const now = this.#services.clock.now();
    const known = this.#known.get(principal);
    if (known !== undefined && known.until > now) return known.hosts;
    const item = await this.#services.tables.get(MAPPINGS, principalKey(principal), { consistent: false });
    if (item === undefined) return undefined;
    const hosts = textsOf(item['hosts']);
    this.#known.set(principal, { hosts, until: now + REMEMBERED });
    return hosts;
  }
}
