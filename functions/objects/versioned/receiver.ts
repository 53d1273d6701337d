import type { AnyObject } from './any-object.ts';

/** What a field needs to rebuild the objects nested in it. */
export interface Receiver {
  object(value: unknown): AnyObject;
}
