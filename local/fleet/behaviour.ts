import type { Order } from './order.ts';

/** The moments at which a host may die. */
export type CrashPoint =
  /** The order stays in the queue. */
  | 'before-read'
  /** The order is gone, and nobody has heard of it. */
  | 'after-read'
  /** The server is on this host, with its resources claimed. */
  | 'after-claim'
  /** The server is spawning. */
  | 'mid-build';

/** How a host carries out a build. */
export type BehaviourKind =
  | 'build'
  /** It cannot, and asks for another host to be tried; the text is the reason it gives. */
  | { readonly fail: string }
  /** It cannot, and nobody else shall try: the server ends in error. */
  | { readonly abort: string }
  | { readonly die: CrashPoint }
  /** It takes that many milliseconds for spawning, and goes on as behaviour (@default builds). */
  | { readonly delay: number; readonly next?: BehaviourKind };

/** How a host behaves, decided for each build that it is ordered. */
export type Behaviour = (order: Order, attempt: number) => BehaviourKind;

/** builds whatever it is ordered to. */
export const diligent: Behaviour = () => 'build';

/** When the host dies in this way, if it does. */
export function dyingMoment(kind: BehaviourKind): CrashPoint | undefined {
  if (kind === 'build') return undefined;
  if ('die' in kind) return kind.die;
  return 'delay' in kind && kind.next !== undefined ? dyingMoment(kind.next) : undefined;
}
