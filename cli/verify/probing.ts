import type { Clients } from '#cli/deployment/clients';
import type { Clock } from '#ports/clock';
import type { Json } from '#ports/json';

/** What a probe saw. */
interface Seen {
  /** Whether it is as assumed. */
  readonly holds: boolean;
  /** What was seen, as data. */
  readonly observed: unknown;
}

/** Tries one assumption. */
export type Probe = () => Promise<Seen>;

/** Whoever started the probes wants them to end: what was made is taken away all the same. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted' as const;
}

export interface ProbingOptions {
  readonly clients: Clients;
  readonly clock: Clock;
  /** What all names begin with that probes make. */
  readonly prefix: string;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** Of clients that act in another's name. */
  readonly at: { readonly endpoint?: string };
  /** What a public address answers. */
  readonly readJson: (address: string) => Promise<Json>;
  /** Waits; false when the probes are to end. */
  readonly pause: (milliseconds: number) => Promise<boolean>;
}

/** Milliseconds between two looks at something that takes its time. */
const BETWEEN = 500;

/** How often it is tried to take something away. */
const REMOVALS = 20;

/** The account in which assumptions are tried, and what has been made in it so far. */
export class Probing {
  readonly options: ProbingOptions;
  readonly #made: { readonly what: string; readonly remove: () => Promise<unknown> }[] = [];

  constructor(options: ProbingOptions) {
    this.options = options;
  }

  get clients(): Clients {
    return this.options.clients;
  }

  name(part: string): string {
    return `${this.options.prefix}-${part}`;
  }

  /** Makes something that is taken away in the end, also where its making was not answered. */
  async make<T>(what: string, make: () => Promise<T>, remove: () => Promise<unknown>): Promise<T> {
    await this.#goOn(0);
    this.#made.push({ what, remove });
    return make();
  }

  /** Looks again until there is something, or the time is over. @throws Error that names what did not come */
  async eventually<T>(what: string, seconds: number, look: () => Promise<T | undefined>): Promise<T> {
    const until = this.options.clock.now() + seconds * 1000;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (this.options.clock.now() > until) throw new Error(`${what} did not come within ${seconds} s`);
      await this.#goOn(BETWEEN);
    }
  }

  /** Tries again until it is done: roles of IAM are known everywhere some seconds after they are made. */
  async patiently<T>(what: string, seconds: number, work: () => Promise<T>): Promise<T> {
    let last: unknown;
    const done = await this.eventually(what, seconds, async () => {
      try {
        return { value: await work() };
      } catch (error) {
        last = error;
        return undefined;
      }
    }).catch((error: unknown) => {
      throw error instanceof Interrupted ? error : (last ?? error);
    });
    return done.value;
  }

  /** Takes away what was made, the newest first; answers what could not be. */
  async removeAll(): Promise<string[]> {
    const left: string[] = [];
    for (const { what, remove } of this.#made.toReversed()) {
      const why = await this.#removed(remove);
      if (why !== undefined) left.push(`${what}: ${why}`);
    }
    this.#made.length = 0;
    return left;
  }

  /** Tries again, interrupted or not: what is still being made cannot be deleted yet. */
  async #removed(remove: () => Promise<unknown>): Promise<string | undefined> {
    for (let tries = 1; ; tries += 1) {
      try {
        await remove();
        return undefined;
      } catch (error) {
        if (isGone(error)) return undefined;
        if (tries === REMOVALS) return error instanceof Error ? error.name : String(error);
        await this.options.pause(BETWEEN);
      }
    }
  }

  async #goOn(milliseconds: number): Promise<void> {
    if (!(await this.options.pause(milliseconds))) throw new Interrupted('interrupted');
  }
}

/** Names of errors that say: it is not there. */
const GONE = /NotFound|NoSuchEntity|NonExistent|DoesNotExist/u;

/** Whether an error says that what was to be taken away is not there. */
const isGone = (error: unknown): boolean => error instanceof Error && GONE.test(error.name);

/** Made by whoever asks first, once. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** The name of the error that a request ends with; `none` when it is done. */
export async function errorNameOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}
