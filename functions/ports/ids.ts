/** Makes identifiers. */
export interface Ids {
  /** A random uuid (version 4). */
  uuid(): string;
}
