/**
 * Which operation claimed what, for a placement that cannot say so itself: noted before a claim is made, so that a
 * claim whose answer was lost is known again and can be taken back.
 */
export interface ClaimMarks {
  /** Notes what the consumer held before; the first note of an operation stays. */
  note(consumer: string, operation: string, providersBefore: readonly string[]): Promise<void>;
  /** The providers that the consumer held before; undefined when the operation noted nothing. */
  read(consumer: string, operation: string): Promise<readonly string[] | undefined>;
  forget(consumer: string, operation: string): Promise<void>;
}
