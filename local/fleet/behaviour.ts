import type { Order } from './order.ts';

/** The moments at which a host may die. */
export type DyingMoment =
  /** The order stays in the queue. */
  | 'before-read'
  /** The order is gone, and nobody has heard of it. */
  | 'after-read'
  /** The server is on this host, with its resources claimed. */
  | 'after-claim'
  /** The server is spawning. */
  | 'mid-build';

/** How a host carries out a build. */
export type Manner =
  | 'build'
  /** It cannot, and asks for another host to be tried; the text is the reason it tells. */
  | { readonly fail: string }
  /** It cannot, and nobody else shall try: the server ends in error. */
  | { readonly abort: string }
  | { readonly die: DyingMoment }
  /** It takes that many milliseconds for spawning, and goes on as told (@default builds). */
  | { readonly delay: number; readonly next?: Manner };

/** How a host behaves, decided for each build that it is ordered. */
export type Manners = (order: Order, attempt: number) => Manner;

/** Builds whatever it is told to. */
export const diligent: Manners = () => 'build';

/** When the host dies in this manner, if it does. */
export function dyingMoment(manner: Manner): DyingMoment | undefined {
  if (manner === 'build') return undefined;
  if ('die' in manner) return manner.die;
  return 'delay' in manner && manner.next !== undefined ? dyingMoment(manner.next) : undefined;
}
