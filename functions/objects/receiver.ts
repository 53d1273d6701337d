import type { AnyObject } from '#objects/any-object';

/** What a field needs to rebuild the objects nested in it. */
export interface Receiver {
  object(value: unknown): AnyObject;
}
